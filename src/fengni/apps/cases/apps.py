"""Application configuration."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """This area."""

    name = "fengni.apps.cases"
    label = "cases"
