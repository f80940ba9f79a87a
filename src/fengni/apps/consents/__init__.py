"""Notices and consents: what a person was told, said yes to, and took back."""
