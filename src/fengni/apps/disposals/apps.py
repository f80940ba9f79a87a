"""Application configuration."""

from django.apps import AppConfig


class DisposalsConfig(AppConfig):
    """This area."""

    name = "fengni.apps.disposals"
    label = "disposals"
