"""One check outside the gateway: what an audience is told about one number, in both languages.

Rules that hold here: the answer is the one that a citizen would get by SMS from a gateway that is
up to date; it is read from the feed itself, so there is no directory and nothing is stale; where
the feed can't be read, nothing is said but "unavailable".
"""

from typing import Literal, NamedTuple

from nsor import cnic
from nsor.disclosure import wording
from nsor.disclosure.answers import warning
from nsor.register import feed

Audience = Literal["public"]
Outcome = Literal["listed", "not_listed", "unreadable", "unavailable", "not_public"]


class CheckResult(NamedTuple):
    """The outcome, and the reply in each language."""

    outcome: Outcome
    text_ur: str
    text_en: str


def check(cnic_text: str, audience: Audience, *, short_code: str) -> CheckResult:
    """Return what ``audience``, so far only the public, is told about the number ``cnic_text``.

    Only a number as ``nsor.cnic.parse`` takes it is readable. Reads the database; never raises for
    want of one.
    """
    try:
        digits = cnic.parse(cnic_text)
    except cnic.CnicError:
        return CheckResult(
            "unreadable",
            wording.unreadable("ur", short_code),
            wording.unreadable("en", short_code),
        )
    try:
        standing = feed.standing()
        publication = feed.current(digits)
    except feed.FeedUnavailable:
        return _unavailable()
    if standing.withheld:
        return _unavailable()
    if not standing.public_open:
        return CheckResult("not_public", wording.not_public("ur"), wording.not_public("en"))
    if publication is None or not publication.listed:
        return CheckResult(
            "not_listed", wording.not_listed("ur", digits), wording.not_listed("en", digits)
        )
    return CheckResult("listed", warning("ur", publication), warning("en", publication))


def _unavailable() -> CheckResult:
    return CheckResult("unavailable", wording.unavailable("ur"), wording.unavailable("en"))
