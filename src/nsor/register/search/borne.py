"""All that people are and were called, opened.

Rules that hold here: what counts is what approved acts recorded; of a person of whom nothing was
approved, what the entries say that wait. Who was removed is nobody.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable

from nsor.register import documents
from nsor.register.documents import Profile
from nsor.register.models import BatchState, Conviction, Offender
from nsor.register.models import Profile as ProfileRow
from nsor.secrecy import subjects

SEEN = (BatchState.DRAFT, BatchState.SUBMITTED, BatchState.APPROVED)
"""The states of acts that officers are shown: not what is being read in, or was rejected."""


def borne(rows: Iterable[int]) -> dict[int, list[Profile]]:
    """Return, for each of these rows of offenders, the profiles it ever had, the newest last.

    Raises ``nsor.keyring.KeyRingError``, ``nsor.secrecy.box.SealBroken``.
    """
    key_ids = dict(Offender.objects.filter(pk__in=list(rows)).values_list("pk", "key_id"))
    held = subjects.keys(key_ids.values())
    keys = {row: held[key_id] for row, key_id in key_ids.items() if key_id in held}
    found: dict[int, list[Profile]] = defaultdict(list)
    versions = ProfileRow.objects.filter(
        offender__in=list(keys), recorded_by__state=BatchState.APPROVED
    ).order_by("recorded_by__decision", "pk")
    for version, row, sealed in versions.values_list("pk", "offender", "sealed"):
        if sealed:
            found[row].append(documents.open_profile(keys[row], version, bytes(sealed)))
    _add_entries(found, keys, keys.keys() - found.keys())
    return dict(found)


def _add_entries(
    found: dict[int, list[Profile]], keys: dict[int, bytes], rows: Collection[int]
) -> None:
    if not rows:
        return
    entries = Conviction.objects.filter(offender__in=list(rows), batch__state__in=SEEN)
    for number, row, sealed in entries.order_by("pk").values_list("pk", "offender", "sealed"):
        if sealed:
            person = documents.open_case(keys[row], number, bytes(sealed)).person
            if person not in found[row]:
                found[row].append(person)
