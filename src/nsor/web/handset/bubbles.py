"""A message as the page shows it. The page and the script get the same HTML from here.

Rules that hold here: what came over the line is untrusted and always escaped; the language and
direction of a bubble follow its text, those of the small print follow the page.
"""

import unicodedata
from datetime import UTC, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from nsor.web.handset.line import Message
from nsor.web.handset.words import Language, Words

LATE_AFTER = 10
"""Seconds without a reply after which the page says so."""

_KARACHI = ZoneInfo("Asia/Karachi")
_ENCODINGS = {"gsm7": "GSM 7-bit", "ucs2": "UCS-2"}


class Bubble(NamedTuple):
    """What the template of one message needs."""

    message: Message
    language: Language | None
    direction: str
    clock: str
    facts: SafeString
    late: bool


def written_in(text: str) -> tuple[Language | None, str]:
    """Return language and direction of a text by its first letter; no letter has no language."""
    for character in text:
        way = unicodedata.bidirectional(character)
        if way in ("AL", "R"):
            return "ur", "rtl"
        if way == "L":
            return "en", "ltr"
    return None, "ltr"


def _facts(message: Message, words: Words) -> SafeString:
    """Return the small print: parts, encoding, time taken."""
    facts = [
        words.html("part" if message.parts == 1 else "parts", n=message.parts),
        format_html('<bdi dir="ltr">{}</bdi>', _ENCODINGS[message.encoding]),
    ]
    if message.milliseconds is not None and message.state != "refused":
        key = "received" if message.kind == "reply" else "taken"
        facts.append(words.html(key, ms=f"{message.milliseconds:.0f}"))
    elif message.state == "waiting":
        facts.append(words.html("waiting"))
    return format_html_join(
        "",
        "<span>{}</span>",
        ((fact,) for fact in facts),
    )


def bubble(message: Message, words: Words, now: float) -> Bubble:
    """Return the view of ``message`` at ``now`` (POSIX seconds)."""
    language, direction = written_in(message.text)
    return Bubble(
        message=message,
        language=language,
        direction=direction,
        clock=datetime.fromtimestamp(message.at, UTC).astimezone(_KARACHI).strftime("%H:%M"),
        facts=_facts(message, words),
        late=message.state in ("waiting", "taken") and now - message.at > LATE_AFTER,
    )


def html(message: Message, words: Words, now: float) -> str:
    """Return the list item of ``message`` as HTML."""
    return render_to_string(
        "web/message.html", {"bubble": bubble(message, words, now), "words": words}
    )
