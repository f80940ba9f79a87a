"""Application configuration."""

from django.apps import AppConfig


class CommonConfig(AppConfig):
    """Django knows the area by the last part of its name."""

    name = "fengni.apps.common"
    label = "common"
