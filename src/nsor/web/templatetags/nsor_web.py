"""Template tags of the shell: addresses of static files, and numbers kept from flipping."""

import re
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django import template
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.urls import translate_url
from django.utils import formats, timezone, translation
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from nsor import cnic
from nsor.web import assets, words

KARACHI = ZoneInfo("Asia/Karachi")

register = template.Library()

_NUMBER = re.compile(r"(\+?[0-9][0-9 \-./]*[0-9]|[0-9])")
_LATIN = re.compile(r"((?:[A-Za-z][A-Za-z \-./]*)?\+?[0-9](?:[A-Za-z0-9 \-./+]*[A-Za-z0-9])?)")
"""A run with a digit in it that is read from the left, letters and all, such as PPC 376."""
_URDU = re.compile("[\u0600-\u06ff]")
_MOMENT = {True: "j F Y, H:i", False: "j F Y، H:i"}


@register.simple_tag
def asset(name: str) -> str:
    """Return the address of a static file."""
    return assets.address(name)


@register.filter
def isolated(text: object) -> SafeString:
    """Return ``text`` escaped, each number in its own left-to-right isolate; HTML as it is.

    A number with dashes inside Urdu is otherwise shown in the order 1-1234567-35201. Latin letters
    beside it belong to it there: GBR-123456789.
    """
    plain = text if isinstance(text, str) else str(text)
    if isinstance(plain, SafeString):
        return plain
    pieces = (_LATIN if _URDU.search(plain) else _NUMBER).split(plain)
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<bdi dir="ltr">{}</bdi>', piece) if index % 2 else piece,)
            for index, piece in enumerate(pieces)
        ),
    )


class OtherLanguage(NamedTuple):
    """The same page in the other language."""

    code: str
    name: str
    address: str


@register.simple_tag
def direction() -> str:
    """Return in which direction the page's language is read."""
    return "rtl" if translation.get_language_bidi() else "ltr"


@register.simple_tag(takes_context=True)
def other_language(context: dict[str, Any]) -> OtherLanguage:
    """Return where the same page is in the other language."""
    request: HttpRequest = context["request"]
    english = translation.get_language() == "en"
    code, name = ("ur", "اردو") if english else ("en", "English")
    return OtherLanguage(code, name, translate_url(request.get_full_path(), code))


@register.filter
def number(value: object) -> SafeString:
    """Return an identity number, with its dashes where it has 13 digits, kept from flipping."""
    text = str(value)
    shown = cnic.display(text) if len(text) == 13 and text.isdigit() else text
    return format_html('<bdi dir="ltr" class="number">{}</bdi>', shown)


@register.filter
def day(value: date | None) -> SafeString:
    """Return a day as it is read in Pakistan: day, month, year."""
    if value is None:
        return SafeString("")
    shown = formats.date_format(value, "j F Y")
    return format_html('<time datetime="{}"><bdi>{}</bdi></time>', value.isoformat(), shown)


@register.filter
def moment(value: datetime | None) -> SafeString:
    """Return a moment by the clock of Pakistan."""
    if value is None:
        return SafeString("")
    local = timezone.localtime(value, KARACHI)
    shown = formats.date_format(local, _MOMENT[translation.get_language() == "en"])
    return format_html('<time datetime="{}"><bdi>{}</bdi></time>', value.isoformat(), shown)


@register.inclusion_tag("components/field.html")
def field(bound: BoundField) -> dict[str, object]:
    """Show a field with its label, its hint and its errors, tied together."""
    return {"field": bound, "check": bound.widget_type == "checkbox"}


@register.inclusion_tag("components/errors.html")
def errors(form: BaseForm) -> dict[str, object]:
    """Sum the errors of a form up, each a link to its field."""
    return {"form": form}


@register.filter
def word(value: object, table: str) -> str:
    """Return what a stored word, such as a role or a state, is called on pages."""
    return words.word(value, table)


@register.simple_tag
def tag(state: object, table: str = "state") -> SafeString:
    """Show a state as a tag: its word, a sign and a colour."""
    text = str(state)
    return format_html('<span class="tag {}">{}</span>', text, words.word(text, table))


@register.filter
def figure(value: int) -> SafeString:
    """Return a count with its thousands set apart, kept from flipping."""
    return format_html('<bdi dir="ltr">{}</bdi>', f"{value:,}")


@register.filter
def urdu(text: str) -> SafeString:
    """Return a name or a text that is Urdu, whatever the page's language."""
    return format_html('<bdi lang="ur" dir="rtl">{}</bdi>', text)


@register.filter
def latin(text: str) -> SafeString:
    """Return a name or a text in Latin letters, whatever the page's language."""
    return format_html('<bdi lang="en" dir="ltr">{}</bdi>', text)


@register.inclusion_tag("components/pager.html")
def pager(next: str = "", first: str = "") -> dict[str, str]:
    """Show the links of a list that is paged by key: the address of what follows, of the first."""
    return {"next": next, "first": first}


@register.inclusion_tag("components/progress.html")
def progress(label: str, done: int, total: int | None, id: str = "progress") -> dict[str, object]:
    """Show how far something is; a ``total`` of None where that isn't known yet."""
    return {"label": label, "done": done, "total": total, "id": id}
