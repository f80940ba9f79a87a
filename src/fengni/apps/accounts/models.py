"""Tenants, sign-in users, members.

User is what sign-in needs before a tenant is known (login and password hash) and is exempt from row-level security;
Member, under row-level security, is the person at work: name, roles. A member's id is the actor id of every entry.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from fengni.apps.common.identifiers import uuid7


class Tenant(models.Model):
    """The operating organisation: an agency or an enterprise. Owns its clients, persons, keys and ledger."""

    class Kind(models.TextChoices):
        AGENCY = "agency"
        ENTERPRISE = "enterprise"

    id = models.UUIDField(primary_key=True, default=uuid7)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=16, choices=Kind.choices, default=Kind.AGENCY)
    suite = models.SmallIntegerField(default=1)  # id in core.vault.suites: of masks and tags
    demo = models.BooleanField(default=False)
    keeps_passwords = models.BooleanField(default=False)  # a separate secret box for login passwords found in imports
    contact = models.CharField(max_length=120, default="")  # who answers clients, and how to reach them: see contact.py
    phone = models.CharField(max_length=120, default="")
    email = models.CharField(max_length=120, default="")
    address = models.CharField(max_length=120, default="")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_tenant"


class UserManager(BaseUserManager["User"]):
    """Finds a user by login."""

    def create_user(self, login: str, password: str | None, **fields: Any) -> User:
        """A user who signs in with `login`; a password of None cannot be used to sign in."""
        user = self.model(login=login, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """Signs in. Holds no name: that is the member's."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    login = models.CharField(max_length=64, unique=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()
    USERNAME_FIELD = "login"

    class Meta:
        db_table = "accounts_user"


class Member(models.Model):
    """A person at work in a tenant."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    user = models.OneToOneField(User, null=True, on_delete=models.PROTECT)
    name = models.CharField(max_length=60)
    roles = models.JSONField(default=list)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_member"
        indexes = [models.Index(fields=["tenant_id", "id"], name="accounts_member_by_tenant")]


class Invitation(models.Model):
    """A one-time link for a colleague; only the hash of its token is stored."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant_id = models.UUIDField()
    member_id = models.UUIDField()
    token_hash = models.BinaryField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_invitation"


class ApiToken(models.Model):
    """A bearer token of the REST interface: looked up by its hash, acts as one member with at most its roles."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    tenant = models.ForeignKey(Tenant, on_delete=models.PROTECT)
    member_id = models.UUIDField()
    token_hash = models.BinaryField(unique=True)
    label = models.CharField(max_length=60)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        db_table = "accounts_apitoken"
