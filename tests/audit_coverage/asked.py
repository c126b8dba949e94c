"""An identity authority that knows one man, and acts that wait for its answers."""

from register_builders import ASLAM, Office, a_row

from nsor.identity.authority import Holder
from nsor.register import identity_checks
from nsor.register.models import Batch, IdentityCheck


class Authority:
    """It knows Aslam and nobody else."""

    def look_up(self, number: str) -> Holder | None:
        aslam = Holder("محمد اسلم", "Muhammad Aslam", "غلام رسول", "Ghulam Rasool", "male", True)
        return aslam if number == ASLAM else None


AUTHORITY = Authority()


def waits(office: Office) -> Batch:
    return Batch.objects.get(pk=office.entered(a_row()))


def checked(office: Office) -> Batch:
    batch = waits(office)
    identity_checks.check_waiting(AUTHORITY)
    return batch


def doubted(office: Office) -> IdentityCheck:
    office.published(a_row(cnic="3520100000001"))
    identity_checks.look_again(AUTHORITY)
    return identity_checks.open_alarms().get()


def first(batch: Batch) -> IdentityCheck:
    return batch.identity_checks.earliest("pk")
