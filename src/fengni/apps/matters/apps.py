"""Application configuration."""

from django.apps import AppConfig


class MattersConfig(AppConfig):
    """This area."""

    name = "fengni.apps.matters"
    label = "matters"

    def ready(self) -> None:
        """Say who composes what people are told."""
        from fengni.apps.matters import notices  # noqa: F401  # says so when it is read
