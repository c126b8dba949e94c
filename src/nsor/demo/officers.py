"""The demo's officers, their one-time links, and the court's system that pushes.

Rules that hold here: whoever hasn't chosen a password yet gets a fresh link at each start; two
administrators make the source, as in service, of whom one has no access after it: so that
`nsor officer add` gives whoever tries the demo a secret at once; the source's private key lies in
the demo's own folder.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from django.db import transaction

from nsor.accounts import links
from nsor.accounts.models import Officer, Role
from nsor.accounts.signing import add_officer
from nsor.demo.register import APPROVAL_OFFICER, ENTRY_OFFICER
from nsor.sources import client, services
from nsor.sources.models import EventKind, Source, SourceKey

ADMINISTRATOR: Final = "Sample Administrator"
SECOND_ADMINISTRATOR: Final = "Second Sample Administrator"
COURT: Final = "Sample Sessions Court"
INVITED: Final = (ENTRY_OFFICER, APPROVAL_OFFICER, ADMINISTRATOR)
_WHY: Final = "It belongs to the demo."


class Invitation(NamedTuple):
    """An officer to sign in as; ``path`` is that of a one-time link, "" once it was used."""

    name: str
    role: str
    path: str


def invite() -> list[Invitation]:
    """Return how each of the three officers signs in; ``court`` has made who was missing."""
    return [_invitation(Officer.objects.get(name=name)) for name in INVITED]


def _invitation(officer: Officer) -> Invitation:
    if officer.has_usable_password():
        return Invitation(officer.name, officer.role, "")
    with transaction.atomic():
        token = links.issue(officer, "system")
    return Invitation(officer.name, officer.role, links.PATH.format(token))


def court(folder: Path, begin: Callable[[str], None] = lambda what: None) -> str:
    """Have the court's source be there, its key in ``folder``, and who makes it.

    Returns the key's id. Raises those of ``nsor.sources.services``.
    """
    for name in (ADMINISTRATOR, SECOND_ADMINISTRATOR):
        if not Officer.objects.filter(name=name).exists():
            add_officer(name, Role.ADMINISTRATION)
    Officer.objects.filter(name=SECOND_ADMINISTRATOR).update(is_active=False)
    key = folder / "court.pem"
    source = Source.objects.filter(name=COURT).first()
    known = SourceKey.objects.filter(source=source, revoked_at=None).order_by("-pk").first()
    if source is not None and known is not None and key.exists():
        return known.keyid
    begin("Giving a made-up court its key.")
    one = Officer.objects.get(name=ADMINISTRATOR)
    other = Officer.objects.get(name=SECOND_ADMINISTRATOR)
    if source is None:
        kinds = [kind.value for kind in EventKind]
        asked = services.propose_source(COURT, "court", kinds, [""], one, _WHY)
        source = services.approve(asked.pk, other).source
        assert source is not None, "an approved proposal has made its source"
    key.unlink(missing_ok=True)
    public = client.make_key(key)
    given = services.approve(services.propose_key(source, public, one, _WHY).pk, other)
    return str(given.values["keyid"])
