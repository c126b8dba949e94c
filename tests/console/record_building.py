"""People and officers as the tests of the record's pages need them."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from django.test.utils import CaptureQueriesContext
from register_builders import ASLAM, Office, a_row

from nsor.accounts.models import Officer
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.models import Entry
from nsor.register import acting
from nsor.register.models import Offender

WHY = "the order of the Sessions Court"
LAHORE, KARACHI = "punjab/lahore", "sindh/karachi-south"


def aslam(office: Office, **changes: str) -> Offender:
    """Publish Aslam of Lahore."""
    office.published(a_row(**{"district": "Lahore"} | changes))
    return acting.find(ASLAM)


def stationed(office: Office, name: str, role: str, jurisdiction: str) -> Officer:
    """Hire an officer of a district."""
    officer = office.hire(name, role)
    officer.jurisdiction = jurisdiction
    officer.save()
    return officer


def entries(act: Act) -> list[Entry]:
    """Return what the trail has of an act."""
    return list(Entry.objects.filter(act=act).order_by("pk"))


def told_in_trail(entry: Entry) -> dict[str, object]:
    """Return what an entry says."""
    return trail.details(entry.pk) or {}


@contextmanager
def counted_queries(alias: str = "default") -> Iterator[CaptureQueriesContext]:
    """Count the statements of the register's database, or of the key store."""
    with CaptureQueriesContext(connections[alias]) as found:
        yield found
