"""Application configuration."""

from django.apps import AppConfig


class ActsConfig(AppConfig):
    """This area."""

    name = "fengni.apps.acts"
    label = "acts"
