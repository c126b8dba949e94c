"""The one settings module, read from the environment (the names are listed in the README)."""

import os
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.functional import lazystr

from nsor import keyring


def seconds(variable: str, default: str) -> float:
    """Return a number of seconds. Raises ``ValueError`` that names the variable."""
    try:
        value = float(os.environ.get(variable) or default)
    except ValueError:
        value = 0
    if not 0 < value < float("inf"):
        raise ValueError(f"{variable} is a number of seconds, more than 0, such as {default}.")
    return value


HOME = Path(os.environ.get("NSOR_HOME", "./var")).resolve()
DATABASE_URL = os.environ.get("NSOR_DATABASE_URL") or f"sqlite:///{HOME / 'nsor.sqlite3'}"
KEYSTORE_URL = os.environ.get("NSOR_KEYSTORE_URL") or f"sqlite:///{HOME / 'keystore.sqlite3'}"
AUDIT_DIR = Path(os.environ.get("NSOR_AUDIT_DIR") or HOME / "audit").resolve()
JOURNAL_DIR = Path(os.environ.get("NSOR_JOURNAL_DIR") or HOME / "journal").resolve()
EVIDENCE_DIR = Path(os.environ.get("NSOR_EVIDENCE_DIR") or HOME / "evidence").resolve()
CLAMD = os.environ.get("NSOR_CLAMD", "")
CHECKPOINT_EVERY = seconds("NSOR_CHECKPOINT_EVERY", "60")
SHORT_CODE = os.environ.get("NSOR_SHORT_CODE", "7000")


def database(url: str) -> dict[str, object]:
    """Turn ``sqlite:///path`` or ``postgresql://user:password@host:port/name`` into Django's form.

    An absolute path has a fourth slash: ``sqlite:////path``. A folder of a Unix socket is given
    as ``?host=/folder``. Raises ``ValueError`` for any other scheme.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
            },
        }
    if parts.scheme in ("postgresql", "postgres"):
        query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(query.get("host", parts.hostname or "")),
            "PORT": str(parts.port or ""),
            "OPTIONS": {
                "connect_timeout": 5,
                "keepalives_idle": 10,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": 20_000,
                # A process that hangs in the middle of an act must not hold up a silencing.
                "options": "-c lock_timeout=20s -c idle_in_transaction_session_timeout=20s",
            },
        }
    raise ValueError("NSOR_DATABASE_URL begins with sqlite:/// or postgresql://.")


DATABASES = {"default": database(DATABASE_URL), "keys": database(KEYSTORE_URL)}
DATABASE_ROUTERS = ["nsor.secrecy.router.KeyStoreRouter"]
INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "nsor.secrecy",
    "nsor.accounts",
    "nsor.audit",
    "nsor.law",
    "nsor.register",
    "nsor.backup",
    "nsor.web",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "ur"
LANGUAGES = [("ur", "اردو"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent / "web" / "locale"]
AUTH_USER_MODEL = "accounts.Officer"
SECRET_KEY = lazystr(lambda: keyring.load_or_make(HOME).derive("django").hex())
ROOT_URLCONF = "nsor.web.urls"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
CSRF_FAILURE_VIEW = "nsor.web.views.forbidden"
MIDDLEWARE = [
    "nsor.web.headers.SafetyHeaders",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "nsor.web.console.navigation.navigation",
            ]
        },
    }
]
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "console-queue"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
LOGGING_CONFIG = None
