"""Tenants, members, roles, sign-in, sessions, invitations."""
