"""Who sent a message: a subscriber, who is answered, or anything else, which never is.

Rules that hold here: the address is compared by its ASCII digits; the ways in which one
subscriber's number is written come to one canonical form, which limits count by. What is sent
back goes to the address as it came, never to the canonical form.
"""

from typing import Final

_UNKNOWN, _INTERNATIONAL, _NATIONAL = 0, 1, 2  # SMPP 3.4 section 5.2.5
_TONS: Final = frozenset((_UNKNOWN, _INTERNATIONAL, _NATIONAL))
_COUNTRY: Final = "92"
_NATIONAL_LENGTH: Final = 10


def subscriber(address: str, ton: int) -> str | None:
    """Return the canonical digits of a subscriber (``923001234567``), or None for anybody else.

    A subscriber has a TON of 0, 1 or 2 and an address of at most a plus sign and 7 to 15 ASCII
    digits.
    """
    digits = address[1:] if address[:1] == "+" else address
    if not (digits.isdigit() and digits.isascii() and 7 <= len(digits) <= 15 and ton in _TONS):
        return None
    if digits[0] == "0":
        if digits[1] == "0":
            return digits[2:]
        if len(digits) == 1 + _NATIONAL_LENGTH:
            return _COUNTRY + digits[1:]
    elif ton == _NATIONAL and len(digits) == _NATIONAL_LENGTH:
        return _COUNTRY + digits
    return digits
