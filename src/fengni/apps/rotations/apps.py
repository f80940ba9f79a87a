"""Application configuration."""

from django.apps import AppConfig


class RotationsConfig(AppConfig):
    """This area."""

    name = "fengni.apps.rotations"
    label = "rotations"
