"""Application configuration."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    """The app `measures`."""

    name = "fengni.apps.measures"
    label = "measures"
