"""Settings of the desk, read from the environment.

`WEIXI_SECRET` signs sessions; `WEIXI_HOME` is the folder of all state; `WEIXI_DATABASE` a PostgreSQL address (none:
SQLite in the home); `WEIXI_HOSTS` the names the desk is called by; `WEIXI_HTTPS=1` says that people come by HTTPS;
`WEIXI_SECOND_FACTOR` is `required` (where nothing is said) or `optional` (a demonstration).
"""

import os
from pathlib import Path

from weixi.desk.base.database import database_of
from weixi.desk.base.factor import is_required

HOME = Path(os.environ.get("WEIXI_HOME", "var")).resolve()
DEBUG = False
SECRET_KEY = os.environ["WEIXI_SECRET"]
ALLOWED_HOSTS = os.environ.get("WEIXI_HOSTS", "localhost,127.0.0.1,[::1]").split(",")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "weixi.desk.base",
    "weixi.desk.audit",
    "weixi.desk.org",
    "weixi.desk.worker",
    "weixi.desk.subscriber",
    "weixi.desk.dispatch",
    "weixi.desk.touch",
    "weixi.desk.planning",
    "weixi.desk.scorecard",
    "weixi.desk.evidence",
]
MIDDLEWARE = [
    "weixi.desk.base.middleware.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "weixi.desk.org.middleware.SightMiddleware",
]
ROOT_URLCONF = "weixi.desk.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "weixi.desk.base.menu.frame",
            ]
        },
    }
]
DATABASES = {"default": database_of(os.environ.get("WEIXI_DATABASE", ""), HOME)}
TASKS = {"default": {"BACKEND": "weixi.desk.worker.backend.JobBackend"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "org.User"
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True  # served from the installed packages: nothing to collect
WHITENOISE_MAX_AGE = 600
WSGI_APPLICATION = "weixi.desk.wsgi.application"

LOGIN_URL = "sign_in"
SECOND_FACTOR_REQUIRED = is_required(os.environ.get("WEIXI_SECOND_FACTOR", ""), HOME)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in (
        ("UserAttributeSimilarityValidator", {"user_attributes": ("username", "name", "agent_code")}),
        ("MinimumLengthValidator", {"min_length": 10}),
        ("CommonPasswordValidator", {}),
        ("NumericPasswordValidator", {}),
    )
]
SESSION_COOKIE_AGE = 10 * 3600  # a working day
SESSION_COOKIE_NAME = "weixi_session"
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "weixi_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "weixi.desk.base.views.csrf_failed"
LANGUAGE_COOKIE_NAME = "weixi_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024  # a form without its files
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024  # larger files are read from the disk
FILE_UPLOAD_PERMISSIONS = 0o600

HTTPS = os.environ.get("WEIXI_HTTPS") == "1"
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["stderr"], "level": "ERROR", "propagate": False}},
}
