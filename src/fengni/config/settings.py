"""Settings of the server. Nothing starts here: addresses come from the environment or the state file of `fengni.host`.

FENGNI_DATABASE_URL_APP / _OWNER / _SEALER   libpq URLs of the three roles
FENGNI_KEYS_SOCKET                           Unix socket of the key process
FENGNI_DEMO=1                                demo installation: fictitious data, loopback, person switch
FENGNI_HOSTS                                 host names served, separated by commas
FENGNI_TLS=1                                 cookies and redirects for HTTPS
FENGNI_LARGEST_DOCUMENT                      how many MiB the house takes in as one document
FENGNI_SMTP_URL, FENGNI_SMS_URL              gateways that guests' codes go by (fengni.apps.guests.gateways)
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from fengni.host import state

PACKAGE = Path(__file__).resolve().parent.parent

DEMO = state.demo()
DEBUG = False
SECRET_KEY = state.secret_key()
ALLOWED_HOSTS = [h for h in os.environ.get("FENGNI_HOSTS", "127.0.0.1,localhost").split(",") if h]
TLS = os.environ.get("FENGNI_TLS") == "1"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django_cotton",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "procrastinate.contrib.django",
    "fengni.apps.common",
    "fengni.apps.ledger",
    "fengni.apps.acts",
    "fengni.apps.accounts",
    "fengni.apps.approvals",
    "fengni.apps.parties",
    "fengni.apps.vault",
    "fengni.apps.guests",
    "fengni.apps.reach",
    "fengni.apps.consents",
    "fengni.apps.agreements",
    "fengni.apps.matters",
    "fengni.apps.disposals",
    "fengni.apps.cases",
    "fengni.apps.tokens",
    "fengni.apps.imports",
    "fengni.apps.rotations",
    "fengni.apps.measures",
    "fengni.web",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "fengni.web.middleware.content_security_policy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "fengni.web.middleware.language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "fengni.web.middleware.actor",
    "fengni.web.middleware.sentences_for_errors",
]

ROOT_URLCONF = "fengni.config.urls"
WSGI_APPLICATION = "fengni.config.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "fengni.web.context.shell",
            ],
        },
    }
]


def _database(role: state.Role) -> dict[str, Any]:
    parts = conninfo_to_dict(state.database_url(role))
    return {
        "ENGINE": "fengni.apps.common.postgresql",
        "NAME": parts.get("dbname", "fengni"),
        "USER": parts.get("user", f"fengni_{role}"),
        "PASSWORD": parts.get("password", ""),
        "HOST": parts.get("host", ""),
        "PORT": str(parts.get("port", "")),
        "CONN_MAX_AGE": None if role == "app" else 0,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": True,
        "OPTIONS": {"connect_timeout": 5, "application_name": f"fengni-{role}"},
        "TEST": {"MIGRATE": False},
    }


DATABASES = {"default": _database("app"), "owner": _database("owner"), "sealer": _database("sealer")}
DATABASE_ROUTERS = ["fengni.apps.common.postgresql.router.OwnerMigrates"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "fengni_cache"}}
SESSION_COOKIE_NAME = "fengni_session"
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = TLS
CSRF_COOKIE_SECURE = TLS
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "fengni.web.errors.csrf_failure"
SECURE_HSTS_SECONDS = 31_536_000 if TLS else 0
if TLS:  # carried by a proxy in front of loopback, which always sets the header itself
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
    CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

# Uploads never touch a temporary file: they are read in chunks and sealed by the intake (no plaintext on disk).
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 101 * 1024 * 1024
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["fengni.apps.accounts.authentication.LoginBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "fengni.apps.accounts.authentication.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = "login"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_USERNAME_MIN_LENGTH = 2
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ACCOUNT_FORMS = {"login": "fengni.apps.accounts.forms.SignInForm"}
MFA_ADAPTER = "fengni.apps.accounts.authentication.FactorAdapter"
MFA_FORMS = {"authenticate": "fengni.apps.accounts.forms.SecondStepForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not TLS  # loopback over plain HTTP counts as a secure context in browsers
MFA_TOTP_ISSUER = "Fengni"
USERSESSIONS_TRACK_ACTIVITY = False  # fengni.web.middleware notes a session once a minute

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LANGUAGE_COOKIE_NAME = "fengni_lang"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LOCALE_PATHS = [PACKAGE / "web" / "locale"]

STATIC_URL = "/static/"
STATICFILES_DIRS: list[Path] = []
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
WHITENOISE_MAX_AGE = 3600

FENGNI_KEYS_SOCKET = state.keys_socket()
FENGNI_LARGEST_DOCUMENT = int(os.environ.get("FENGNI_LARGEST_DOCUMENT", "4096"))
FENGNI_SMTP_URL = os.environ.get("FENGNI_SMTP_URL", "")
FENGNI_SMS_URL = os.environ.get("FENGNI_SMS_URL", "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"no_personal": {"()": "fengni.apps.common.logs.WithoutPersonalInformation"}},
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["no_personal"]},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
