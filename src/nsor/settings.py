"""The one settings module, read from the environment (the names are listed in the README)."""

import os
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.utils.functional import lazy


def seconds(variable: str, default: str) -> float:
    """Return a number of seconds. Raises ``ValueError`` that names the variable."""
    try:
        value = float(os.environ.get(variable) or default)
    except ValueError:
        value = 0
    if not 0 < value < float("inf"):
        raise ValueError(f"{variable} is a number of seconds, more than 0, such as {default}.")
    return value


def networks(variable: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return the networks that a variable lists. Raises ``ValueError`` that names it."""
    listed = os.environ.get(variable, "")
    try:
        return tuple(ip_network(one.strip()) for one in listed.split(",") if one.strip())
    except ValueError:
        raise ValueError(
            f"{variable} lists networks, such as 10.0.0.0/24, fd00::/64; none has host bits set."
        ) from None


HOME = Path(os.environ.get("NSOR_HOME", "./var")).resolve()
DATABASE_URL = os.environ.get("NSOR_DATABASE_URL") or f"sqlite:///{HOME / 'nsor.sqlite3'}"
KEYSTORE_URL = os.environ.get("NSOR_KEYSTORE_URL") or f"sqlite:///{HOME / 'keystore.sqlite3'}"
AUDIT_DIR = Path(os.environ.get("NSOR_AUDIT_DIR") or HOME / "audit").resolve()
JOURNAL_DIR = Path(os.environ.get("NSOR_JOURNAL_DIR") or HOME / "journal").resolve()
EVIDENCE_DIR = Path(os.environ.get("NSOR_EVIDENCE_DIR") or HOME / "evidence").resolve()
IDENTITY_URL = os.environ.get("NSOR_IDENTITY_URL", "")
IDENTITY_TOKEN = os.environ.get("NSOR_IDENTITY_TOKEN", "")
CLAMD = os.environ.get("NSOR_CLAMD", "")
CHECKPOINT_EVERY = seconds("NSOR_CHECKPOINT_EVERY", "60")
SHORT_CODE = os.environ.get("NSOR_SHORT_CODE", "7000")
PUBLIC_URL = (
    os.environ.get("NSOR_PUBLIC_URL")
    or f"http://{os.environ.get('NSOR_WEB_BIND') or '127.0.0.1:8000'}"
).rstrip("/")
"""Where officers' browsers find the console."""
WEB_HTTPS = os.environ.get("NSOR_WEB_HTTPS", "") == "1"
"""Whether browsers reach the pages by TLS alone."""
BREACHED_PASSWORDS = os.environ.get("NSOR_BREACHED_PASSWORDS", "")
TRUSTED_PROXIES = networks("NSOR_TRUSTED_PROXIES")


_TLS = ("sslmode", "sslrootcert")


def database(url: str) -> dict[str, object]:
    """Turn ``sqlite:///path`` or ``postgresql://user:password@host:port/name`` into Django's form.

    An absolute path has a fourth slash: ``sqlite:////path``. A folder of a Unix socket is given
    as ``?host=/folder``, and what is asked of TLS as ``?sslmode=verify-full&sslrootcert=/file``, in
    libpq's words. Raises ``ValueError`` for any other scheme or word.
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
        pairs = (pair.partition("=") for pair in parts.query.split("&") if pair)
        query = {word: unquote(value) for word, _, value in pairs}
        if query.keys() - {"host", *_TLS}:
            # The word isn't repeated: a ? in a password that isn't escaped makes one of its end.
            raise ValueError(
                "NSOR_DATABASE_URL and NSOR_KEYSTORE_URL take ?host=, ?sslmode= and ?sslrootcert=,"
                " and no other word."
            )
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": query.get("host") or unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "OPTIONS": {
                "connect_timeout": 5,
                "keepalives_idle": 10,
                "keepalives_interval": 5,
                "keepalives_count": 3,
                "tcp_user_timeout": 20_000,
                # A process that hangs in the middle of an act must not hold up a silencing.
                "options": "-c lock_timeout=20s -c idle_in_transaction_session_timeout=20s",
                **{word: query[word] for word in _TLS if word in query},
            },
        }
    raise ValueError(
        "NSOR_DATABASE_URL and NSOR_KEYSTORE_URL begin with sqlite:/// or postgresql://."
    )


def secret_key() -> str:
    """Return Django's key, of the ring as it is now: a new key of the ring signs everybody out."""
    from nsor.secrecy import ring

    return ring.derived("django").hex()


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
    "nsor.sources",
    "nsor.web",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "ur"
LANGUAGES = [("ur", "اردو"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).parent / "web" / "locale"]
FORMAT_MODULE_PATH = ["nsor.web.formats"]
AUTH_USER_MODEL = "accounts.Officer"
SECRET_KEY = lazy(secret_key, str)()
ROOT_URLCONF = "nsor.web.urls"
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", urlsplit(PUBLIC_URL).hostname or "localhost"]
CSRF_FAILURE_VIEW = "nsor.web.views.stale_form"
MIDDLEWARE = [
    "nsor.web.headers.safety_headers",
    # Its cookies being SameSite=Strict, no other site can have a page of ours compressed at will.
    "django.middleware.gzip.GZipMiddleware",
    "nsor.web.api_problems.problem_documents",
    "nsor.web.views.error_pages",
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "nsor.accounts.middleware.SignedIn",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [Path(__file__).parent / "web" / "templates"],
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
AUTHENTICATION_BACKENDS = ["nsor.accounts.backends.OfficerBackend"]
_PREFIX = "__Host-" if WEB_HTTPS else ""
SESSION_COOKIE_NAME = f"{_PREFIX}nsor-session"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_SECURE = WEB_HTTPS
SESSION_COOKIE_AGE = 12 * 3600  # fifteen idle minutes end it sooner: nsor.accounts.middleware
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
CSRF_COOKIE_NAME = f"{_PREFIX}nsor-csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_COOKIE_SECURE = WEB_HTTPS
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL] if WEB_HTTPS else []
DEVICE_COOKIE_NAME = f"{_PREFIX}nsor-browser"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if WEB_HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "console-queue"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"nsor.accounts.passwords.{rule}"} for rule in ("Length", "NotTheName", "NotPublic")
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher"]
ACCOUNT_ADAPTER = "nsor.accounts.adapters.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = "name"
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 5 * 60
ACCOUNT_RATE_LIMITS = False  # ours outlive the process and lock nobody out: nsor.accounts.attempts
MFA_ADAPTER = "nsor.accounts.adapters.MfaAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_TOTP_ISSUER = "NSOR"
MFA_RECOVERY_CODE_DIGITS = 10
MFA_RATE_LIMITS = False
FILE_UPLOAD_MAX_MEMORY_SIZE = 25 << 20  # all that nsor.web.bodies lets in
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
"""No document comes to lie in a temporary file, in clear."""
LOGGING_CONFIG = None
