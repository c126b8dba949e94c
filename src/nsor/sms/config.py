"""What the gateway is told by its environment (the names and forms are DESIGN's surfaces).

Every error names the variable, what was wrong and what would be right; passwords never appear.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from nsor.sms.seams import Address

LONGEST_VALIDITY = 30 * 86400  # a relative validity_period counts days in two digits


class ConfigError(ValueError):
    """A variable that can't be used. The message is a whole sentence."""


@dataclass(frozen=True, slots=True)
class Smsc:
    """One message centre: an entry of ``NSOR_SMSC_URLS``."""

    address: Address
    system_id: str
    password: str
    operator: str
    bind: Literal["trx", "tx_rx"]
    binds: int
    window: int
    rate: float
    enquire_link: float
    response_timeout: float


@dataclass(frozen=True, slots=True)
class GatewayConfig:
    """Everything that the gateway's rules depend on; times in seconds."""

    smscs: tuple[Smsc, ...]
    short_code: str
    daily_limit: int
    reply_validity: int
    part_timeout: float
    stale_after: float


_PARAMETERS = frozenset(
    {"bind", "binds", "window", "rate", "operator", "enquire_link", "response_timeout"}
)


def read(environ: Mapping[str, str]) -> GatewayConfig:
    """Read the gateway's configuration. Raises ``ConfigError``."""
    return GatewayConfig(
        smscs=tuple(smsc(url) for url in environ.get("NSOR_SMSC_URLS", "").split()),
        short_code=_short_code(environ.get("NSOR_SHORT_CODE", "7000")),
        daily_limit=int(_number(environ, "NSOR_DAILY_LIMIT", 20, low=0, whole=True)),
        reply_validity=int(
            _number(environ, "NSOR_REPLY_VALIDITY", 21600, low=1, high=LONGEST_VALIDITY, whole=True)
        ),
        part_timeout=_number(environ, "NSOR_PART_TIMEOUT", 60, low=0.1),
        stale_after=_number(environ, "NSOR_STALE_AFTER", 300, low=0.1),
    )


def bind_address(environ: Mapping[str, str], name: str, default: str) -> tuple[str, int]:
    """Read ``host:port`` (``[::1]:9464`` for IPv6). Raises ``ConfigError``."""
    text = environ.get(name, default)
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or port is None:
        raise ConfigError(f"{name} is written host:port, such as {default}.")
    return host, port


def smsc(url: str) -> Smsc:
    """Read one entry of ``NSOR_SMSC_URLS``. Raises ``ConfigError``."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ConfigError(
            "An entry of NSOR_SMSC_URLS has a host or a port (1 to 65535) that can't be."
        ) from None
    # Nothing of an entry of another form is repeated: it may be a piece of a password.
    lacking = not parts.hostname or not port or not parts.username
    if parts.scheme not in ("smpp", "smpps") or lacking or parts.path.strip("/") or parts.fragment:
        raise ConfigError(
            "An entry of NSOR_SMSC_URLS is written smpp://system_id:password@host:port "
            "(smpps:// for TLS), its parameters after a question mark; what has a meaning in an "
            "address, such as / or @ in a password, is written %2F or %40."
        )
    return _smsc(parts, parts.hostname or "", port or 0)


def _smsc(parts: SplitResult, host: str, port: int) -> Smsc:
    where = f"{host}:{port}"
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    unknown = sorted(set(query) - _PARAMETERS)
    if unknown:
        raise ConfigError(
            f"NSOR_SMSC_URLS: {where} has the unknown parameter {unknown[0]!r}; "
            f"known are {', '.join(sorted(_PARAMETERS))}."
        )
    bind = query.get("bind", "trx")
    if bind not in ("trx", "tx_rx"):
        raise ConfigError(f"NSOR_SMSC_URLS: bind of {where} is trx or tx_rx, not {bind!r}.")

    def number(name: str, default: float, low: float, whole: bool = False) -> float:
        return _number(query, name, default, low=low, whole=whole, of=f"NSOR_SMSC_URLS: {where}")

    return Smsc(
        address=Address(host, port, tls=parts.scheme == "smpps"),
        system_id=_c_string(parts.username or "", f"NSOR_SMSC_URLS: the system_id of {where}"),
        password=_c_string(parts.password or "", f"NSOR_SMSC_URLS: the password of {where}"),
        operator=query.get("operator") or where,
        bind="trx" if bind == "trx" else "tx_rx",
        binds=int(number("binds", 1, 1, whole=True)),
        window=int(number("window", 64, 1, whole=True)),
        rate=number("rate", 0, 0),
        enquire_link=number("enquire_link", 30, 0.1),
        response_timeout=number("response_timeout", 10, 0.1),
    )


def _c_string(quoted: str, of: str) -> str:
    text = unquote(quoted)
    if not text.isascii() or "\0" in text:
        raise ConfigError(
            f"{of} has a character that SMPP can't carry; ASCII letters and digits do."
        )
    return text


def _number(
    source: Mapping[str, str],
    name: str,
    default: float,
    *,
    low: float,
    high: float = 10**9,
    whole: bool = False,
    of: str = "",
) -> float:
    text = source.get(name, "")
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1
    if not low <= value <= high or (whole and value != int(value)):
        kind = "whole number" if whole else "number"
        prefix = f"{of}: " if of else ""
        raise ConfigError(f"{prefix}{name} is a {kind} from {low:g} to {high:g}, not {text!r}.")
    return value


def _short_code(text: str) -> str:
    if not (text.isascii() and text.isdigit() and len(text) <= 20):
        raise ConfigError(f"NSOR_SHORT_CODE is 1 to 20 digits, such as 7000, not {text!r}.")
    return text
