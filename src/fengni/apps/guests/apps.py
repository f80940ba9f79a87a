"""Application configuration."""

from django.apps import AppConfig


class GuestsConfig(AppConfig):
    """This area."""

    name = "fengni.apps.guests"
    label = "guests"
