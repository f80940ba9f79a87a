"""Application configuration."""

from django.apps import AppConfig


class ImportsConfig(AppConfig):
    name = "fengni.apps.imports"
    label = "imports"
