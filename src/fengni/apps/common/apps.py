"""Application configuration."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "fengni.apps.common"
    label = "common"
