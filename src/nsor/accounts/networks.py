"""From where somebody asks: the address of the client, and the networks that it counts for.

Rules that hold here: an address that the client itself could have written is never taken. Behind
proxies, each of which is named by its network in the settings, it is the last hop that none of
them is.
"""

import ipaddress
from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.http import HttpRequest

UNKNOWN: Final = "unknown"
"""Where nobody can tell, such as behind a Unix socket: all of them are one network."""
_Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def address(request: HttpRequest) -> str:
    """Return the client's address, or ``UNKNOWN``."""
    found = _parsed(request.META.get("REMOTE_ADDR", ""))
    if found is None or not _trusted(found):
        return str(found or UNKNOWN)
    for hop in reversed(request.headers.get("X-Forwarded-For", "").split(",")):
        parsed = _parsed(hop)
        if parsed is None:
            break
        found = parsed
        if not _trusted(parsed):
            break
    return str(found)


def narrow(of: str) -> str:
    """Return the network of one client: an IPv4 address, an IPv6 /64."""
    return _network(of, 32, 64)


def wide(of: str) -> str:
    """Return the network of one neighbourhood: an IPv4 /24, an IPv6 /48 (a site: RFC 6177)."""
    return _network(of, 24, 48)


def parsed_host(request: HttpRequest) -> _Address | None:
    """Return the address by which a page was asked for, None where it was by a name."""
    return _parsed(request.get_host().rpartition(":")[0].strip("[]") or request.get_host())


def _trusted(address: _Address) -> bool:
    proxies: Sequence[Network] = settings.TRUSTED_PROXIES
    return any(address in network for network in proxies)


def _parsed(text: str) -> _Address | None:
    try:
        found = ipaddress.ip_address(text.strip())
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found


def _network(of: str, bits: int, of_six: int) -> str:
    found = _parsed(of)
    if found is None:
        return UNKNOWN
    length = bits if found.version == 4 else of_six
    return str(ipaddress.ip_network(f"{found}/{length}", strict=False))
