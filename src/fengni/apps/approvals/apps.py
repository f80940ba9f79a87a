"""Application configuration."""

from django.apps import AppConfig


class ApprovalsConfig(AppConfig):
    """This area."""

    name = "fengni.apps.approvals"
    label = "approvals"
