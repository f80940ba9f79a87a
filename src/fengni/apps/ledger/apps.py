"""Application configuration."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """The ledger as an installed application."""

    name = "fengni.apps.ledger"
    label = "ledger"
