"""Django's settings for records and desk. What differs between machines comes from the environment (docs/environment.md)."""

from __future__ import annotations

from typing import Any

from leeward.core.firm import firm
from leeward.ops import database, paths
from leeward.ops.secret_key import derived_key
from leeward.ops.settings import Settings

_settings = Settings.from_environment()

SECRET_KEY = derived_key("desk").hex()
DEBUG = False
ALLOWED_HOSTS = list(_settings.names_of_desk)

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "leeward.records",
    "leeward.desk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "leeward.desk.middleware.RequestId",
    "leeward.desk.middleware.ContentSecurityPolicy",
    "leeward.desk.middleware.RecordsInPlace",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROOT_URLCONF = "leeward.desk.urls"
ASGI_APPLICATION = "leeward.desk.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]
DATABASES = {"default": database.configuration(_settings.database_url, paths.var())}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator")
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "cases"
LOGOUT_REDIRECT_URL = "login"

# Behind TLS cookies travel only encrypted; plain http://localhost works without.
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _settings.tls
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _settings.tls else None
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 12 * 60 * 60
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_HSTS_SECONDS = 63_072_000 if _settings.tls else 0
# Whether the desk is up is asked on the machine itself, without TLS.
SECURE_SSL_REDIRECT, SECURE_REDIRECT_EXEMPT = _settings.tls, [r"^health$"]
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LANGUAGE_CODE = "en-us"
USE_TZ = True
TIME_ZONE = firm().timezone
STATIC_URL = "static/"
STATIC_ROOT = paths.var() / "static"
# The static files are served from the packages themselves; there is nothing to collect.
WHITENOISE_USE_FINDERS = True

# Names, phones and texts never reach a log: only warnings and errors are written, and requests not at all.
LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
}
