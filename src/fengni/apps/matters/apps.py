"""Application configuration."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """This area."""

    name = "fengni.apps.matters"
    label = "matters"
