"""Application configuration."""

from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    """This area."""

    name = "fengni.apps.consents"
    label = "consents"
