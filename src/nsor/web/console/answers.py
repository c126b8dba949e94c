"""Answers of HTTP that the console's pages share."""

from django.http import HttpResponse
from django.urls import reverse


def see_other(page: str, *args: object) -> HttpResponse:
    """Return where to go on after an act: a page of the console by its name (RFC 9110, 15.4.4)."""
    return go_on_to(reverse(page, args=args))


def go_on_to(address: str) -> HttpResponse:
    """Return where to go on after an act: an address of ours."""
    return HttpResponse(status=303, headers={"Location": address})
