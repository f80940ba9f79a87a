"""Application configuration."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    """This area."""

    name = "fengni.apps.vault"
    label = "vault"
