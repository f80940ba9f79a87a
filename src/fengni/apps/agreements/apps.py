"""Application configuration."""

from django.apps import AppConfig


class AgreementsConfig(AppConfig):
    """This area."""

    name = "fengni.apps.agreements"
    label = "agreements"
