"""Application configuration."""

from django.apps import AppConfig


class VaultConfig(AppConfig):
    name = "fengni.apps.vault"
    label = "vault"
