"""Whether a person may be told of to the public, and why not.

Rules that hold here: a person is public if at least one conviction speaks, that is, its batch was
approved, a section makes it registrable, no stay or quashing silences it and the person was no
child at the offence; and if the person was not withdrawn. Everything that shows or publishes a
person asks here.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Q

from nsor.register.models import (
    STANDING_APPEALS,
    UNSEEN_STATES,
    AppealRecord,
    Batch,
    BatchKind,
    BatchState,
    Conviction,
    Offender,
    Particulars,
)

CHUNK = 1000
PARTICULARS = tuple(field.name for field in Particulars._meta.get_fields())


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody as the register knows them, or would once a batch is approved."""

    cnic: str
    particulars: Particulars
    offender: Offender | None
    """None while the person is in no approved batch, or was never more than staged."""
    takes_particulars: bool
    """Whether the offender's row has yet to take the particulars over."""
    silences: tuple[str, ...]
    """Why the person is not public; empty where they are."""
    warnings: tuple[str, ...]

    @property
    def public(self) -> bool:
        """Tell whether the public may be told."""
        return not self.silences


def silence_of(conviction: Conviction) -> str | None:
    """Return why a conviction doesn't speak to the public, None where it does."""
    if conviction.juvenile:
        return "juvenile"
    if not conviction.registrable:
        return "not_registrable"
    if conviction.appeal_state not in STANDING_APPEALS:
        return conviction.appeal_state
    return None


def people_of(batch: Batch) -> Iterator[list[Person]]:
    """Yield the people of an import as they are once it is approved, in chunks, by CNIC."""
    after = ""
    while True:
        numbers = list(
            Conviction.objects.filter(batch=batch, cnic__gt=after)
            .order_by("cnic")
            .values_list("cnic", flat=True)
            .distinct()[:CHUNK]
        )
        if not numbers:
            return
        after = numbers[-1]
        yield people(numbers, batch)


def people(
    numbers: Iterable[str], batch: Batch | None = None, appeal: AppealRecord | None = None
) -> list[Person]:
    """Return those of the people that the register knows, as if ``batch`` were approved.

    With ``appeal``, as if that record had taken effect.
    """
    wanted = list(numbers)
    counted = Q(batch__state=BatchState.APPROVED)
    if batch is not None:
        counted |= Q(batch=batch)
    convictions: defaultdict[str, list[Conviction]] = defaultdict(list)
    found = Conviction.objects.filter(counted, cnic__in=wanted).order_by("pk")
    for conviction in found:
        if appeal is not None and conviction.pk == appeal.conviction_id:
            conviction.appeal_state = appeal.to_state
        convictions[conviction.cnic].append(conviction)
    offenders = {offender.cnic: offender for offender in Offender.objects.filter(cnic__in=wanted)}
    return [
        _person(number, convictions[number], offenders.get(number), batch)
        for number in wanted
        if number in convictions or number in offenders
    ]


def one_person(number: str, appeal: AppealRecord | None = None) -> Person:
    """Return a person of whom at least a submitted batch knows, as they are now.

    With ``appeal``, as if that record had taken effect.
    """
    found = people([number], appeal=appeal)
    if found:
        return found[0]
    entry = Conviction.objects.filter(cnic=number).exclude(batch__state__in=UNSEEN_STATES)
    return Person(number, entry.order_by("-pk")[0], None, False, ("not_approved",), ())


def _person(
    number: str, convictions: list[Conviction], offender: Offender | None, batch: Batch | None
) -> Person:
    own = batch.pk if batch is not None and batch.kind == BatchKind.IMPORT else None
    is_new = all(conviction.batch_id == own for conviction in convictions)
    takes = bool(convictions) and (offender is None or is_new)
    particulars: Particulars | None = convictions[0] if takes else offender
    assert particulars is not None, "people() asks of nobody else"
    silences = [silence_of(conviction) for conviction in convictions]
    told = [reason for reason in dict.fromkeys(silences) if reason]
    if offender is not None and offender.withdrawn:
        told = ["withdrawn"]
    elif None in silences:
        told = []
    elif not convictions:
        told = ["not_approved"]
    return Person(
        cnic=number,
        particulars=particulars,
        offender=offender,
        takes_particulars=takes,
        silences=tuple(told),
        warnings=tuple(
            dict.fromkeys(
                code
                for conviction in convictions
                if conviction.batch_id == own
                for code in conviction.warnings.split(";")
                if code
            )
        ),
    )
