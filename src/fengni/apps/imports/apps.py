"""Application configuration."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    """The area of staged, sealed intake."""

    name = "fengni.apps.imports"
    label = "imports"
