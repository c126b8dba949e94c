"""Every address of the web application, by its name: whose it is, and what it is about.

Whoever adds a page, a call or a document says so here; a test fails until then.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

from django.urls import get_resolver
from django.urls.resolvers import URLPattern, URLResolver

from nsor.accounts.models import Role
from nsor.accounts.rooms import ROLES, Room


class Known(NamedTuple):
    """A page of a room; ``of`` names what the arguments of its address are (``elsewhere``)."""

    room: Room
    of: str = ""
    only: frozenset[Role] = frozenset()
    """Those of the room's roles that reach it, empty for all of them."""

    @property
    def roles(self) -> frozenset[Role]:
        """Who reaches it."""
        return self.only or ROLES[self.room]


OPEN: Final = frozenset(
    {
        "healthz",
        "openapi-json",
        *("handset", "handset-send", "handset-messages", "handset-sim", "handset-court"),
        *("account_login", "account_first", "mfa_authenticate"),
        "account_logout",
    }
)
"""Whether the process lives, what the API is like, the demo's handset, and the ways in and out."""

OWN: Final = frozenset(
    {
        *("account_reauthenticate", "account_change_password"),
        *("mfa_index", "mfa_activate_totp", "mfa_deactivate_totp", "mfa_reauthenticate"),
        *("mfa_add_webauthn", "mfa_remove_webauthn", "mfa_reauthenticate_webauthn"),
        *("mfa_view_recovery_codes", "mfa_generate_recovery_codes"),
    }
)
"""What is for whoever is signed in, about themselves alone."""

_ADMINISTRATORS: Final = frozenset({Role.ADMINISTRATION})

PAGES: Final[dict[str, Known]] = {
    "console-queue": Known(Room.QUEUE),
    "console-queue-live": Known(Room.QUEUE),
    "console-entry": Known(Room.ENTRY),
    "console-entry-begin": Known(Room.ENTRY),
    "console-entry-form": Known(Room.ENTRY, "form"),
    "console-entry-save": Known(Room.ENTRY, "form"),
    "console-entry-check": Known(Room.ENTRY, "form"),
    "console-entry-alike": Known(Room.ENTRY, "form"),
    "console-entry-discard": Known(Room.ENTRY, "form"),
    "console-entry-document": Known(Room.ENTRY, "form"),
    "console-entry-remove-document": Known(Room.ENTRY, "form document"),
    "console-entry-draft": Known(Room.ENTRY, "draft"),
    "console-entry-change": Known(Room.ENTRY, "draft"),
    "console-entry-submit": Known(Room.ENTRY, "draft"),
    "console-entry-discard-draft": Known(Room.ENTRY, "draft"),
    "console-entry-number": Known(Room.ENTRY),
    "console-entry-sections": Known(Room.ENTRY),
    "console-entry-correct-profile": Known(Room.CORRECTION, "person"),
    "console-entry-add-number": Known(Room.CORRECTION, "person"),
    "console-entry-correct-conviction": Known(Room.CORRECTION, "conviction"),
    "console-entry-appeal": Known(Room.CORRECTION, "conviction"),
    "console-imports": Known(Room.IMPORT),
    "console-imports-template": Known(Room.IMPORT, "kind of file"),
    "console-imports-file": Known(Room.IMPORT, "upload"),
    "console-imports-check": Known(Room.IMPORT, "upload"),
    "console-imports-enter": Known(Room.IMPORT, "upload"),
    "console-imports-drop": Known(Room.IMPORT, "upload"),
    "console-imports-noted": Known(Room.IMPORT, "upload"),
    "console-approval": Known(Room.APPROVAL),
    "console-approval-batch": Known(Room.APPROVAL, "act"),
    "console-approval-approve": Known(Room.APPROVAL, "act"),
    "console-approval-reject": Known(Room.APPROVAL, "act"),
    "console-approval-pass": Known(Room.APPROVAL, "act"),
    "console-approval-alike": Known(Room.APPROVAL, "act"),
    "console-approval-file": Known(Room.APPROVAL, "file"),
    "console-approval-file-approve": Known(Room.APPROVAL, "file"),
    "console-approval-file-alike": Known(Room.APPROVAL, "file"),
    "console-approval-job": Known(Room.APPROVAL, "job"),
    "console-approval-silences": Known(Room.APPROVAL),
    "console-approval-silence": Known(Room.APPROVAL, "silence"),
    "console-approval-look": Known(Room.APPROVAL, "silence"),
    "console-approval-identities": Known(Room.APPROVAL),
    "console-approval-settle": Known(Room.APPROVAL),
    "console-approval-alarms": Known(Room.APPROVAL),
    "console-record": Known(Room.RECORD, "person"),
    "console-record-evidence": Known(Room.RECORD, "evidence"),
    "console-record-reason": Known(Room.RECORD, "person"),
    "console-record-past": Known(Room.RECORD, "person"),
    "console-record-unmerge": Known(Room.RECORD, "person"),
    "console-record-suspend": Known(Room.RECORD, "person"),
    "console-record-withdraw": Known(Room.RECORD, "person"),
    "console-record-death": Known(Room.RECORD, "person"),
    "console-record-restore": Known(Room.RECORD, "person"),
    "console-record-remove": Known(Room.RECORD, "person"),
    "console-record-review": Known(Room.RECORD, "person"),
    "console-search": Known(Room.SEARCH),
    "console-search-results": Known(Room.SEARCH, "search"),
    "console-duplicates": Known(Room.DUPLICATES),
    "console-duplicates-of": Known(Room.DUPLICATES, "person"),
    "console-duplicates-batch": Known(Room.DUPLICATES, "act"),
    "console-duplicates-pair": Known(Room.DUPLICATES, "pair"),
    "console-duplicates-apart": Known(Room.DUPLICATES, "pair"),
    "console-duplicates-merge": Known(Room.DUPLICATES, "pair"),
    "console-reviews": Known(Room.REVIEWS),
    "console-policy": Known(Room.POLICY),
    "console-policy-offences": Known(Room.POLICY),
    "console-policy-changes": Known(Room.POLICY),
    "console-policy-change": Known(Room.POLICY, "change"),
    "console-policy-decide": Known(Room.POLICY, "change"),
    "console-policy-propose": Known(Room.POLICY, "table"),
    "console-policy-repeal": Known(Room.POLICY, "rule"),
    "console-policy-service": Known(Room.POLICY),
    "console-trail": Known(Room.TRAIL),
    "console-trail-checkpoints": Known(Room.TRAIL),
    "console-trail-unended": Known(Room.TRAIL),
    "console-trail-verify": Known(Room.TRAIL),
    "console-trail-verification": Known(Room.TRAIL, "verification"),
    "console-trail-entry": Known(Room.TRAIL, "entry"),
    "console-trail-proof": Known(Room.TRAIL, "entry"),
    "console-sources": Known(Room.SOURCES),
    "console-sources-connect": Known(Room.SOURCES),
    "console-sources-add": Known(Room.SOURCES, only=_ADMINISTRATORS),
    "console-sources-upload": Known(Room.IMPORT),
    "console-sources-one": Known(Room.SOURCES, "source"),
    "console-sources-change": Known(Room.SOURCES, "source", _ADMINISTRATORS),
    "console-sources-key": Known(Room.SOURCES, "source", _ADMINISTRATORS),
    "console-sources-stop": Known(Room.SOURCES, "source", _ADMINISTRATORS),
    "console-sources-gap": Known(Room.SOURCES, "source", _ADMINISTRATORS | {Role.APPROVAL}),
    "console-sources-revoke": Known(Room.SOURCES, "key", _ADMINISTRATORS),
    "console-sources-proposal": Known(Room.SOURCES, "proposal of a source"),
    "console-sources-approve": Known(Room.SOURCES, "proposal of a source", _ADMINISTRATORS),
    "console-sources-reject": Known(Room.SOURCES, "proposal of a source", _ADMINISTRATORS),
    "console-statistics": Known(Room.STATISTICS),
    "console-statistics-province": Known(Room.STATISTICS, "province"),
    "console-statistics-ask": Known(Room.STATISTICS),
    "console-statistics-export": Known(Room.STATISTICS),
    "console-officers": Known(Room.OFFICERS),
    "console-officers-add": Known(Room.OFFICERS, only=_ADMINISTRATORS),
    "console-officers-one": Known(Room.OFFICERS, "officer"),
    "console-officers-change": Known(Room.OFFICERS, "officer", _ADMINISTRATORS),
    "console-officers-end": Known(Room.OFFICERS, "officer", _ADMINISTRATORS),
    "console-officers-link": Known(Room.OFFICERS, "officer", _ADMINISTRATORS),
    "console-officers-proposal": Known(Room.OFFICERS, "proposal of an officer"),
    "console-officers-approve": Known(Room.OFFICERS, "proposal of an officer", _ADMINISTRATORS),
    "console-officers-reject": Known(Room.OFFICERS, "proposal of an officer", _ADMINISTRATORS),
    "console-own": Known(Room.OWN),
    "console-own-session-end": Known(Room.OWN, "session"),
    "console-own-sessions-end": Known(Room.OWN),
    "console-components": Known(Room.OWN),
}

PUSHES: Final = frozenset(
    {
        *("push_conviction", "push_appeal", "push_transfer", "push_release", "push_death"),
        *("receipt", "me"),
    }
)
"""The calls that a source signs: no session opens them."""

OF_ONE_OFFICER: Final = frozenset(
    {"form", "form document", "draft", "upload", "job", "verification", "search"}
)
"""What is its officer's alone: to everybody else there is none."""


class Pattern(NamedTuple):
    """An address as the application has it."""

    name: str
    text: str
    room: Room | None

    def __str__(self) -> str:
        return f"{self.name} at {self.text}"


def patterns(resolver: URLResolver | None = None, before: str = "/") -> Iterator[Pattern]:
    """Yield every address of the application."""
    for one in (resolver or get_resolver()).url_patterns:
        here = before + str(one.pattern)
        if isinstance(one, URLResolver):
            yield from patterns(one, here)
        else:
            assert isinstance(one, URLPattern)
            yield Pattern(one.name or "", here, getattr(one.callback, "room", None))
