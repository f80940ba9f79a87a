"""Application configuration."""

from django.apps import AppConfig


class MeasuresConfig(AppConfig):
    name = "fengni.apps.measures"
    label = "measures"
