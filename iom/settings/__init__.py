"""Settings of the project, read from the environment; `docs/operations.md` lists the variables."""

import json
import os
from pathlib import Path
from typing import Any

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from iom.access.rules import MAX_EMERGENCY_HOURS, MAX_SEARCH_HOURS
from iom.jobs.celery_settings import CELERY_SETTINGS
from iom.settings.database import database_from_url
from iom.settings.limits import limited

BASE_DIR = Path(__file__).resolve().parent.parent.parent
IOM_ENV = os.environ.get("IOM_ENV", "demo")
if IOM_ENV not in {"demo", "production", "test"}:
    raise ImproperlyConfigured("IOM_ENV must be demo, production or test.")
PRODUCTION = IOM_ENV == "production"
DATA_DIR = Path(os.environ.get("DATA_DIR", BASE_DIR / ".data"))

SECRET_KEY = os.environ.get(
    "SECRET_KEY", "" if PRODUCTION else "demo-only-key-never-used-in-production-0123456789"
)
if not SECRET_KEY or (PRODUCTION and (SECRET_KEY.startswith("demo-only") or len(SECRET_KEY) < 32)):
    raise ImproperlyConfigured(
        "Set SECRET_KEY to a random text of 32 characters or more, of this site alone."
    )
# Second factors and the secrets of single sign-on are encrypted with a key made from this text.
SECRETS_KEY = os.environ.get("SECRETS_KEY") or SECRET_KEY
SECRETS_KEYS_BEFORE = [key for key in os.environ.get("SECRETS_KEYS_BEFORE", "").split(",") if key]
DEBUG = False
ALLOWED_HOSTS = os.environ.get(
    "ALLOWED_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1],testserver"
).split(",")
if not all(ALLOWED_HOSTS) or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured("Set ALLOWED_HOSTS to the names that the site answers to.")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "csp",
    "django_filters",
    "django_htmx",
    "guardian",
    "rest_framework",
    "drf_spectacular",
    "iom.kernel",
    "iom.working_days",
    "iom.audit",
    "iom.jobs",
    "iom.notifications",
    "iom.approvals",
    "iom.accounts",
    "iom.agencies",
    "iom.signin",
    "iom.access",
    "iom.persons",
    "iom.feeds",
    "iom.records",
    "iom.documents",
    "iom.sharing",
    "scoring",
    "scoring.instruments",
    "cohorts",
    "tagging",
    "meetings",
    "reports",
    "reports.worth",
    "iom.retention",
    "iom.oversight",
    "iom.demo",
]
if IOM_ENV == "test":
    INSTALLED_APPS.append("django_migration_linter")

MIDDLEWARE = [
    "iom.kernel.health.HealthMiddleware",
    "iom.kernel.middleware.TransportMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "iom.access.middleware.RequestTransactionMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "iom.signin.middleware.SessionRulesMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "iom.access.middleware.ActorMiddleware",
    "iom.kernel.middleware.ErrorPagesMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "iom.kernel.middleware.PrivatePagesMiddleware",
]

ROOT_URLCONF = "iom.urls"
WSGI_APPLICATION = "iom.wsgi.application"
TEMPLATES: list[dict[str, Any]] = [
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
                "iom.kernel.context.page_frame",
            ],
        },
    }
]

DATABASES = {
    "default": database_from_url(os.environ.get("DATABASE_URL", "")),
    "owner": database_from_url(os.environ.get("DATABASE_OWNER_URL", ""), application_name="iom-owner"),
}
DATABASES["owner"]["TEST"] = {"MIRROR": "default"}
DATABASE_ROUTERS = ["iom.access.routers.OneDatabase"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["iom.access.backends.OwnBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "iom.signin.passwords.NotOurWords"},
    {"NAME": "iom.signin.passwords.NotBreached"},
]
# Words that say where somebody works, besides the names of the agencies: they do not make a password longer.
PASSWORD_WORDS = os.environ.get(
    "PASSWORD_WORDS",
    "integrated,offender,management,police,constabulary,probation,prison,justice,supervisor,inspector,sergeant,"
    "constable,administrator,auditor,welcome,password",
).split(",")
LOGIN_URL = "signin:sign_in"
LOGIN_REDIRECT_URL = "/"
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
# Object grants are read by row policies, never through a backend that would also answer for expired ones.
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]

# Sign-in (docs/operations.md). The demo's password is known, so its second factor is off by this one setting.
DEMO_WITHOUT_SECOND_FACTOR = os.environ.get("DEMO_WITHOUT_SECOND_FACTOR", "0" if PRODUCTION else "1") == "1"
if PRODUCTION and DEMO_WITHOUT_SECOND_FACTOR:
    raise ImproperlyConfigured(
        "DEMO_WITHOUT_SECOND_FACTOR is for the demo: in production everybody signs in with a second factor."
    )
MFA_REQUIRED = not DEMO_WITHOUT_SECOND_FACTOR
SECURITY_KEY_ROLES = frozenset(
    os.environ.get(
        "SECURITY_KEY_ROLES",
        "supervisor,inspector,central_spoc,prison_supervisor,auditor,administrator",
    ).split(",")
)
# How long a password or second factor given just now opens exports, disclosures, break-glass and user administration.
STEP_UP_REQUIRED = True
STEP_UP_SECONDS = 5 * 60
SIGN_IN_FAILURES_BY_NAME = 5
SIGN_IN_FAILURES_BY_ADDRESS = 20
SIGN_IN_COOL_OFF_MINUTES = 15
SESSION_LONGEST_SECONDS = 8 * 3600
INVITATION_HOURS = 24
DORMANT_DAYS = int(os.environ.get("DORMANT_DAYS", "60" if PRODUCTION else "0"))
# How many proxies stand in front and add to X-Forwarded-For; 0: the address is the connection's.
PROXIES_IN_FRONT = int(os.environ.get("PROXIES_IN_FRONT", "1" if PRODUCTION else "0"))
# A dotted path of a function (password) -> bool that says whether a password is on a list of breached ones.
BREACHED_PASSWORDS = os.environ.get("BREACHED_PASSWORDS", "")
# Or a file of SHA-1 hashes in hexadecimal, one a line and sorted, as lists of breached passwords are published.
BREACHED_PASSWORDS_FILE = os.environ.get("BREACHED_PASSWORDS_FILE", "")
# How many half minutes the clock of a person's authenticator app may be ahead or behind.
AUTHENTICATOR_CLOCK_STEPS = int(os.environ.get("AUTHENTICATOR_CLOCK_STEPS", "0"))
if AUTHENTICATOR_CLOCK_STEPS not in (0, 1):
    raise ImproperlyConfigured("AUTHENTICATOR_CLOCK_STEPS must be 0 or 1.")
OIDC_TIMEOUT_SECONDS = 5
# How many requests one person may make in a minute, over all web processes.
REQUESTS_A_MINUTE = limited("REQUESTS_A_MINUTE", 300, most=6000)

SESSION_COOKIE_AGE = limited("SESSION_IDLE_SECONDS", 15 * 60, most=30 * 60)
# At the most a fifteenth of the idle time is lost by not writing the session at every request.
SESSION_SAVED_EVERY_SECONDS = SESSION_COOKIE_AGE // 15
SESSION_ENGINE = "iom.signin.stored"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
if PRODUCTION:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = os.environ.get("HSTS_SUBDOMAINS", "1" if PRODUCTION else "0") == "1"
SECURE_SSL_REDIRECT = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
# With "no-referrer" browsers post forms with "Origin: null", and the token check refuses every one of them.
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
CSRF_FAILURE_VIEW = "iom.kernel.views.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "files"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if IOM_ENV == "test"
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# The audit: the key its seals are signed with, how often it is sealed and checked, and whether a page that read records
# without saying whose is refused (`docs/audit.md`).
AUDIT_KEY_FILE = os.environ.get("AUDIT_KEY_FILE", "" if PRODUCTION else str(DATA_DIR / "audit-key.pem"))
if not AUDIT_KEY_FILE:
    raise ImproperlyConfigured("Set AUDIT_KEY_FILE to the file with the key that seals the audit.")
AUDIT_SEAL_EVERY_SECONDS = int(os.environ.get("AUDIT_SEAL_EVERY_SECONDS", "300"))
# From where on access is unusual, by the names of `iom.oversight.rules.Limits`; what is left out keeps its default.
UNUSUAL_ACCESS: dict[str, Any] = json.loads(os.environ.get("UNUSUAL_ACCESS", "{}"))
AUDIT_VERIFY_EVERY_DAYS = int(os.environ.get("AUDIT_VERIFY_EVERY_DAYS", "7"))
AUDIT_FAIL_CLOSED = os.environ.get("AUDIT_FAIL_CLOSED", "0" if IOM_ENV == "demo" else "1") == "1"
if PRODUCTION and not AUDIT_FAIL_CLOSED:
    raise ImproperlyConfigured("AUDIT_FAIL_CLOSED=0 is for the demo: in production no look goes unrecorded.")
# Retention: the force's own schedule, if it has one; the key that disposed references are hashed with, so that a feed
# that brings somebody back is recognised; and what is done with them ("ask": a person decides, "ignore").
RETENTION_SCHEDULE_FILE = os.environ.get("RETENTION_SCHEDULE_FILE", "")
RETENTION_KEY = os.environ.get("RETENTION_KEY", "" if PRODUCTION else SECRET_KEY)
if not RETENTION_KEY or (PRODUCTION and RETENTION_KEY == SECRET_KEY):
    raise ImproperlyConfigured(
        "Set RETENTION_KEY to a long random text of its own: it must outlast every change of SECRET_KEY."
    )
RETENTION_RETURNED = os.environ.get("RETENTION_RETURNED", "ask")
# Subject access: the lowest role whose staff are named to the person; others are hidden.
SUBJECT_ACCESS_NAMES_STAFF_FROM = os.environ.get("SUBJECT_ACCESS_NAMES_STAFF_FROM", "inspector")
# How far the police reach beyond their own district; who may is in the table of roles, and a list here takes its place.
SEARCH_ELSEWHERE_HOURS = limited("SEARCH_ELSEWHERE_HOURS", 24, most=MAX_SEARCH_HOURS)
SEARCH_ELSEWHERE_DAILY = limited("SEARCH_ELSEWHERE_DAILY", 20, most=200)
BREAK_GLASS_HOURS = limited("BREAK_GLASS_HOURS", 3, most=MAX_EMERGENCY_HOURS)
BREAK_GLASS_DAILY = limited("BREAK_GLASS_DAILY", 5, most=50)
ROLES_WITH = {
    power: [role for role in os.environ[f"{power.upper()}_ROLES"].split(",") if role]
    for power in ("search_elsewhere", "break_glass", "restrict_record")
    if f"{power.upper()}_ROLES" in os.environ
}
# Published instruments calculated on a person's pages; probation's own assessment is another thing (SCO-6).
LOCAL_INSTRUMENTS = os.environ.get("LOCAL_INSTRUMENTS", "0") == "1"
# How many people a district can work with: the lengths of list for which a score is judged by what followed (SCO-7).
LIST_SIZES = [int(size) for size in os.environ.get("LIST_SIZES", "25,50,100,200").split(",")]
# What only the force can say in the transparency records of its scores; a record names what is still missing (SCO-7).
TRANSPARENCY = {
    name: os.environ.get(f"TRANSPARENCY_{name.upper()}", "").strip()
    for name in ("website", "contact", "team", "owner", "assessments")
}
SHARING_REVIEW_WORKING_DAYS = int(os.environ.get("SHARING_REVIEW_WORKING_DAYS", "5"))
FEED_FILE_LIMIT_BYTES = int(os.environ.get("FEED_FILE_LIMIT_BYTES", str(2 * 1024**3)))
# Files that wait to be loaded, and the folder that force systems put theirs into ("": none). A file there is taken
# when it has not changed for some seconds; what was dealt with is kept for some days.
FEED_STORE_DIR = DATA_DIR / "files" / "feeds"
FEED_INBOX_DIR = os.environ.get("FEED_INBOX_DIR", str(DATA_DIR / "feeds") if IOM_ENV == "demo" else "")
FEED_SETTLE_SECONDS = limited("FEED_SETTLE_SECONDS", 10, most=3600)
FEED_KEEP_DAYS = limited("FEED_KEEP_DAYS", 30, most=365)
# Uploads go to disk as they come, into a folder that is the product's alone.
FILE_UPLOAD_HANDLERS = ["iom.kernel.uploads.BoundedUploadHandler"]
INCOMING_DIR = DATA_DIR / "files" / "incoming"
FILE_UPLOAD_PERMISSIONS = 0o600
UPLOAD_LIMIT_BYTES = 64 * 1024**2
DOCUMENT_ROOT = DATA_DIR / "files" / "documents"
DOCUMENT_LIMIT_BYTES = int(os.environ.get("DOCUMENT_LIMIT_BYTES", str(25 * 1024**2)))
DOCUMENT_QUOTA_AGENCY_BYTES = int(os.environ.get("DOCUMENT_QUOTA_AGENCY_BYTES", str(20 * 1024**3)))
DOCUMENT_QUOTA_PERSON_BYTES = int(os.environ.get("DOCUMENT_QUOTA_PERSON_BYTES", str(500 * 1024**2)))
NO_DOCUMENT_SCANNER = "iom.documents.scanning.none.NotScanned"
DOCUMENT_SCANNER = os.environ.get(
    "DOCUMENT_SCANNER", "iom.documents.scanning.clamd.Clamd" if PRODUCTION else NO_DOCUMENT_SCANNER
)
CLAMD_ADDRESS = os.environ.get("CLAMD_ADDRESS", "tcp:clamav:3310")
CLAMD_TIMEOUT_SECONDS = float(os.environ.get("CLAMD_TIMEOUT_SECONDS", "30"))
DOCUMENT_SCANNER_NONE_ACCEPTED = os.environ.get("DOCUMENT_SCANNER_NONE_ACCEPTED") == "1"
if PRODUCTION and DOCUMENT_SCANNER == NO_DOCUMENT_SCANNER and not DOCUMENT_SCANNER_NONE_ACCEPTED:
    raise ImproperlyConfigured(
        "Documents would not be scanned for viruses: set DOCUMENT_SCANNER, or DOCUMENT_SCANNER_NONE_ACCEPTED=1"
        " if another system scans them."
    )
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024**2
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

EMAIL_BACKEND = os.environ.get("EMAIL_BACKEND", "django.core.mail.backends.filebased.EmailBackend")
EMAIL_FILE_PATH = DATA_DIR / "mail"
SITE_ADDRESS = os.environ.get("SITE_ADDRESS", f"http://localhost:{os.environ.get('PORT', '8000')}")
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "iom@northmoor.example")

CELERY: dict[str, Any] = {
    **CELERY_SETTINGS,
    "broker_url": os.environ.get("REDIS_URL", ""),
    "timezone": "UTC",
}

# Counts for a minute, in the queue's server; without one (some commands) in the process.
CACHES: dict[str, dict[str, Any]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": CELERY["broker_url"].replace("redis+socket://", "unix://"),
        "KEY_PREFIX": "iom",
        "OPTIONS": {"socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    }
    if CELERY["broker_url"]
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["rest_framework.authentication.SessionAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["iom.access.callers.IsActor"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["iom.kernel.parsers.BoundedJSONParser"],
    "DEFAULT_METADATA_CLASS": None,
    "EXCEPTION_HANDLER": "iom.kernel.api.answer_for",
    "COERCE_DECIMAL_TO_STRING": True,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Integrated Offender Management",
    "DESCRIPTION": "The same rules as the pages: every answer starts from what the caller may see.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["iom.access.callers.IsActor"],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "TAGS": [
        {"name": name}
        for name in (
            *(
                "Persons",
                "Records",
                "Scores",
                "Emerging threat",
                "Referrals",
                "Cases",
                "Plan and engagements",
            ),
            *("Deadlines", "Deselection", "Documents", "Reach", "Sharing", "Second signatures"),
        )
    ],
    "PATH_CONVERTER_OVERRIDES": {
        "nominal_ref": {"type": "string", "pattern": "^[A-Z0-9/-]{3,20}$"},
        "model_code": {"type": "string", "pattern": "^[A-Z][A-Z0-9]{0,11}$"},
    },
}

# Which kinds of partner agency read a compartment; the strict reading is the default. Run `migrate` after a change.
COMPARTMENT_AGENCIES: dict[str, list[str]] = {
    compartment: [kind for kind in os.environ.get(name, default).split(",") if kind]
    for compartment, name, default in (
        ("identifier", "IDENTIFIER_AGENCIES", "probation,youth_justice,prison"),
        ("youth", "YOUTH_AGENCIES", "youth_justice"),
        ("exploitation", "EXPLOITATION_AGENCIES", "youth_justice"),
        ("child_core", "CHILD_ADDRESS_AGENCIES", "youth_justice"),
    )
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"iom": {"level": "INFO"}, "django.request": {"level": "ERROR"}},
}
DEMO_PASSWORD = os.environ.get("DEMO_PASSWORD", "northmoor-demo-2026")
