"""Application configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "fengni.apps.accounts"
    label = "accounts"
