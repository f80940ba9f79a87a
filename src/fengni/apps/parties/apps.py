"""Application configuration."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    name = "fengni.apps.parties"
    label = "parties"
