"""Row-level security for members and invitations; grants on the tables sign-in needs before a tenant is known."""

from django.db import migrations

from fengni.apps.common.tenancy import exempt_grants, tenant_reference, tenant_table

_CACHE = """
CREATE TABLE fengni_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX fengni_cache_expires ON fengni_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_begin"),
        ("account", "0001_initial"),
        ("mfa", "0001_initial"),
        ("usersessions", "0001_initial"),
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]

    operations = [
        migrations.RunSQL(_CACHE, "DROP TABLE fengni_cache"),
        tenant_table("accounts_member"),
        tenant_table("accounts_invitation"),
        tenant_reference("accounts_invitation", "member_id", "accounts_member"),
        exempt_grants(
            "accounts_user",
            "accounts_tenant",
            "accounts_apitoken",
            "account_emailaddress",
            "account_emailconfirmation",
            "mfa_authenticator",
            "usersessions_usersession",
            "django_session",
            "fengni_cache",
        ),
        migrations.RunSQL(
            [
                ("GRANT SELECT ON django_migrations, django_content_type TO fengni_app", None),
                ("GRANT SELECT ON accounts_tenant TO fengni_sealer", None),
                ("GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO fengni_app", None),
            ],
            migrations.RunSQL.noop,
        ),
    ]
