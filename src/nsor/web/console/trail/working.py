"""What runs as a job here: proving the whole trail."""

from typing import Final

from django.db import transaction
from django.utils.translation import gettext_noop

from nsor.accounts.models import Officer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.verifying import Verified, verify
from nsor.register.officers import actor
from nsor.web.jobs import Progress, Work

VERIFY: Final = "trail-verify"
TITLE: Final = gettext_noop("Verifying the whole trail")
SHOWN: Final = 200
"""Findings that a result keeps; the rest is counted, and `nsor audit verify` lists them."""


def verifying(officer: Officer) -> Work:
    """Return the work of proving the whole trail; how it was found is entered in the trail."""

    def work(progress: Progress) -> dict[str, object]:
        found = verify(progress=progress)
        with transaction.atomic():
            trail.record(
                Act.TRAIL_VERIFIED,
                actor=actor(officer),
                details={
                    "whole": found.whole,
                    "entries": found.entries,
                    "witnessed": found.witnessed,
                    "findings": len(found.findings) + found.further,
                },
            )
        return _result(found)

    return work


def _result(found: Verified) -> dict[str, object]:
    kept = found.findings[:SHOWN]
    return {
        "whole": found.whole,
        "entries": found.entries,
        "confirmed": found.confirmed,
        "witnessed": found.witnessed,
        "not_witnessed": found.not_witnessed,
        "signed": found.signed,
        "has_key": found.has_key,
        "findings": [[one.entry, str(one.kind), one.message] for one in kept],
        "further": found.further + len(found.findings) - len(kept),
    }
