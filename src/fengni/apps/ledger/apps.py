"""Application configuration."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "fengni.apps.ledger"
    label = "ledger"
