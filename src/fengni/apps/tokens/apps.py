"""Application configuration."""

from django.apps import AppConfig


class TokensConfig(AppConfig):
    """This area."""

    name = "fengni.apps.tokens"
    label = "tokens"
