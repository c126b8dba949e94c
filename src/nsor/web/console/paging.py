"""Where a list that is paged by key goes on."""

from django.http import HttpRequest


def place_of(request: HttpRequest, name: str = "after") -> int:
    """Return what a page of a list begins after, 0 where the address says nothing usable."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
