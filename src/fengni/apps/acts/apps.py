"""Application configuration."""

from django.apps import AppConfig


class ActsConfig(AppConfig):
    name = "fengni.apps.acts"
    label = "acts"
