"""Administrators and what they propose, prepared for the table of acts."""

from django.utils import timezone
from prepared import WHY
from register_builders import Office

from nsor.accounts import proposals
from nsor.accounts.models import Officer, OfficerProposal


def heads(office: Office) -> tuple[Officer, Officer]:
    """Give two administrators who have signed in."""
    made = tuple(office.hire(name, "administration") for name in ("One", "Two"))
    Officer.objects.filter(pk__in=[one.pk for one in made]).update(last_login=timezone.now())
    return made[0], made[1]


def proposed(office: Office) -> tuple[OfficerProposal, Officer, Officer]:
    """Have one administrator propose an officer; give both too."""
    one, two = heads(office)
    return proposals.propose_officer("Chanda", "approval", "", one, WHY), one, two
