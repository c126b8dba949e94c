"""Template tags of the shell: addresses of static files, and numbers kept from flipping."""

import re

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from nsor.web import assets

register = template.Library()

_NUMBER = re.compile(r"(\+?[0-9][0-9 \-./]*[0-9]|[0-9])")


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a static file."""
    return assets.address(name)


@register.filter
def isolated(text: str) -> SafeString:
    """Return ``text`` escaped, each number in its own left-to-right isolate.

    A number with dashes inside Urdu is otherwise shown in the order 1-1234567-35201.
    """
    pieces = _NUMBER.split(text)
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<bdi dir="ltr">{}</bdi>', piece) if index % 2 else piece,)
            for index, piece in enumerate(pieces)
        ),
    )
