"""Application configuration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Django knows the area by the last part of its name."""

    name = "fengni.apps.accounts"
    label = "accounts"
