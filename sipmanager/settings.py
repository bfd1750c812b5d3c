"""Settings of SIP Manager, in sections. Every environment variable is read here and nowhere else; a blank one counts as absent."""

import os
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import environ
import structlog
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
BUILT_DIR = BASE_DIR / "var"

_environment = environ.Env()


def _text(name: str, default: str = "") -> str:
    return _environment.str(name, default="").strip() or default


def _switch(name: str, *, default: bool) -> bool:
    return _environment.bool(name) if _text(name) else default


def _number(name: str, default: int) -> int:
    return int(_text(name, str(default)))


def _several(name: str, default: list[str]) -> list[str]:
    return [part.strip() for part in _text(name).split(",") if part.strip()] or default


# Where it keeps what it writes, unless a section below says otherwise.

VAR_DIR = Path(_text("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# What kind of start this is. Servers check it in `sipmanager.production`.

DEBUG = _switch("DEBUG", default=False)
DEMONSTRATION = _switch("DEMONSTRATION", default=DEBUG)
INSECURE_SECRET_KEY = "insecure-only-for-commands-and-for-make-run-on-127.0.0.1"  # noqa: S105 (servers refuse it)
SECRET_KEY = _text("SECRET_KEY", INSECURE_SECRET_KEY)
SECRET_KEY_FALLBACKS = _several("SECRET_KEY_FALLBACKS", [])
PRETEND_IT_IS = date.fromisoformat(_text("PRETEND_IT_IS")) if _text("PRETEND_IT_IS") else None
DJANGO_ADMIN = _switch("DJANGO_ADMIN", default=DEBUG)

# Where it is reached.

SITE_URL = _text("SITE_URL", "http://127.0.0.1:8000").rstrip("/")
_site = urlsplit(SITE_URL)
_over_https = _site.scheme == "https"
ALLOWED_HOSTS = _several("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = [f"{_site.scheme}://{_site.netloc}"]
TRUSTED_PROXIES = _number("TRUSTED_PROXIES", 0)

# The house, floor by floor.

ROOT_URLCONF = "sipmanager.urls"
WSGI_APPLICATION = "sipmanager.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "sipmanager.site",
    "qa",
    "visits",
    "partners",
    "schools",
    "accounts",
    "sipmanager.core",
    *(["django.contrib.admin"] if DJANGO_ADMIN else []),
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.mfa",
    "crispy_forms",
    "django_tables2",
    "django_filters",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "sipmanager.core.addresses.NoNullMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.NoStoreMiddleware",
    "accounts.middleware.IdleMiddleware",
    "accounts.middleware.ViewerMiddleware",
    "accounts.middleware.ParkingMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "partners.middleware.MergedMiddleware",
    "sipmanager.core.documents.DamagedDocumentMiddleware",
]

# Database: SQLite unless DATABASE_URL says otherwise.


def _database() -> dict:
    database = environ.Env.db_url_config(_text("DATABASE_URL", f"sqlite:///{VAR_DIR / 'sipmanager.sqlite3'}"))
    if database["ENGINE"] == "django.db.backends.sqlite3":
        options = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -32000",
        }
        return database | {"OPTIONS": options | database.get("OPTIONS", {})}
    return database | {"CONN_MAX_AGE": _number("CONN_MAX_AGE", 300), "CONN_HEALTH_CHECKS": True}


DATABASES = {"default": _database()}

# Redis, where there is one: cache and broker. Without it, a cache in each process and a queue in a folder.

REDIS_URL = _text("REDIS_URL")

if REDIS_URL:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    CELERY_BROKER_URL = REDIS_URL
    CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 6 * 60 * 60}
else:
    QUEUE_DIR = VAR_DIR / "queue"
    QUEUE_DIR.mkdir(parents=True, exist_ok=True)
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    CELERY_BROKER_URL = "filesystem://"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(QUEUE_DIR),
        "data_folder_out": str(QUEUE_DIR),
        "control_folder": str(QUEUE_DIR / "control"),
        "polling_interval": 0.1,
    }

# Background work. Outcomes are kept in our own records, so no result backend.

CELERY_TIMEZONE = "Europe/London"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_TIME_LIMIT = 60 * 60
CELERY_TASK_EAGER_PROPAGATES = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_BEAT_SCHEDULE = {
    "nightly": {"task": "sipmanager.core.tasks.nightly", "schedule": crontab(hour=4, minute=15)},
    "end-of-night": {"task": "sipmanager.core.tasks.end_of_night", "schedule": crontab(hour=6, minute=15)},
    "deliver-mail": {"task": "sipmanager.core.tasks.deliver_mail", "schedule": 60.0, "options": {"expires": 55}},
}

# Mail. Nothing leaves until MAIL_SENDING is on: a restored or staging copy stays silent.

MAIL_SENDING = _switch("MAIL_SENDING", default=DEBUG)
_mail = environ.Env.email_url_config(_text("EMAIL_URL", "dummymail://"))
EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
EMAIL_HOST = _mail.get("EMAIL_HOST") or "localhost"
EMAIL_PORT = _mail.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = _mail.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = _mail.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = _mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = _mail.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = _mail.get("EMAIL_FILE_PATH") or None
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = _text("DEFAULT_FROM_EMAIL", "SIP Manager <no-reply@localhost>")
MAIL_DOMAIN = _site.hostname or "localhost"
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# Sign-in: by invitation, with e-mail as identity.

AUTHENTICATION_BACKENDS = ["accounts.backends.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "accounts.passwords.NotLikeThePerson", "OPTIONS": {"user_attributes": ("email", "full_name")}},
    {"NAME": "accounts.passwords.LongEnough", "OPTIONS": {"min_length": 12}},
    {"NAME": "accounts.passwords.NotCommon"},
    {"NAME": "accounts.passwords.NotOnlyNumbers"},
]
PASSWORD_RESET_TIMEOUT = 3 * 60 * 60
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
CSRF_FAILURE_VIEW = "accounts.views.sign_in.form_refused"
# D-8: national staff, managers and administrators. Demonstration accounts have none.
SECOND_FACTOR_REQUIRED = _switch("SECOND_FACTOR_REQUIRED", default=not DEMONSTRATION)
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.sign_in.SignInForm",
    "reauthenticate": "accounts.forms.sign_in.SignInAgainForm",
    "change_password": "accounts.forms.sign_in.ChangePasswordForm",
    "reset_password": "accounts.forms.sign_in.ResetForm",
    "reset_password_from_key": "accounts.forms.sign_in.NewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_ADAPTER = "accounts.adapters.MfaAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.sign_in.CodeForm",
    "reauthenticate": "accounts.forms.sign_in.CodeAgainForm",
    "activate_totp": "accounts.forms.sign_in.ActivateForm",
    "deactivate_totp": "accounts.forms.sign_in.DeactivateForm",
    "generate_recovery_codes": "accounts.forms.sign_in.GenerateCodesForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "SIP Manager"
MFA_TOTP_TOLERANCE = 1
MFA_ALLOW_UNVERIFIED_EMAIL = True

# Single sign-on with a council's own directory, where it is set.

OIDC_SERVER_URL = _text("OIDC_SERVER_URL")
# The mail domains for which the directory may vouch; nobody of another domain signs in by it.
OIDC_EMAIL_DOMAINS = [domain.casefold() for domain in _several("OIDC_EMAIL_DOMAINS", [])]
SOCIALACCOUNT_ADAPTER = "accounts.adapters.SocialAdapter"
SOCIALACCOUNT_EMAIL_AUTHENTICATION = True
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "OAUTH_PKCE_ENABLED": True,
        "APPS": [
            {
                "provider_id": "council",
                "name": _text("OIDC_NAME", "your council account"),
                "client_id": _text("OIDC_CLIENT_ID"),
                "secret": _text("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": OIDC_SERVER_URL, "verified_email": OIDC_EMAIL_DOMAINS},
            }
        ]
        if OIDC_SERVER_URL
        else [],
    }
}

# Sessions. SPM-17: signed out after this much time without activity.

SESSION_IDLE_MINUTES = _number("SESSION_IDLE_MINUTES", 30)
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _over_https
SESSION_COOKIE_HTTPONLY = True

# Headers.

SECURE_SSL_REDIRECT = _over_https
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if _over_https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _over_https
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF, *([OIDC_SERVER_URL] if OIDC_SERVER_URL else [])],
    }
}

# Pages.

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "accounts.context.frame",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "govuk"
CRISPY_TEMPLATE_PACK = "govuk"
CRISPY_FAIL_SILENTLY = False

# Language and time. Everything is kept in UTC and shown in London's time.

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True
FORMAT_MODULE_PATH = None

# Files. ASSETS_DIR is built by `make setup` from the packages of package.json.

ASSETS_DIR = BUILT_DIR / "assets"
STATIC_URL = "/static/"
STATIC_ROOT = BUILT_DIR / "static"
STATICFILES_DIRS = [folder for folder in (BASE_DIR / "static", ASSETS_DIR) if folder.is_dir()]
_fonts = ASSETS_DIR / "vendor" / "fonts" / "fonts.conf"
if _fonts.is_file():
    os.environ.setdefault("FONTCONFIG_FILE", str(_fonts))
MEDIA_ROOT = Path(_text("MEDIA_ROOT", str(VAR_DIR / "media")))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "documents": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": MEDIA_ROOT / "documents", "base_url": None, "file_permissions_mode": 0o600},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
WHITENOISE_USE_FINDERS = DEBUG
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Logs: one JSON line an event; for people while DEBUG is on. Personal text is never logged, only ids.

_log_processors = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.processors.format_exc_info,
]
structlog.configure(
    processors=[*_log_processors, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": _log_processors,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.dev.ConsoleRenderer(colors=False) if DEBUG else structlog.processors.JSONRenderer(),
            ],
        },
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": _text("LOG_LEVEL", "WARNING" if DEBUG else "INFO")},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "level": "WARNING", "propagate": True},
        "fontTools": {"level": "ERROR"},
        "kombu.connection": {"level": "ERROR"},
        "weasyprint": {"level": "ERROR"},
    },
}

# Errors are reported only where a DSN is set.

SENTRY_DSN = _text("SENTRY_DSN")
if SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False, include_local_variables=False, max_request_body_size="never")
