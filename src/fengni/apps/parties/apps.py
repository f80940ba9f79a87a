"""Application configuration."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """This area."""

    name = "fengni.apps.parties"
    label = "parties"
