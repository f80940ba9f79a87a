"""Application configuration."""

from django.apps import AppConfig


class ReachConfig(AppConfig):
    """This area."""

    name = "fengni.apps.reach"
    label = "reach"
