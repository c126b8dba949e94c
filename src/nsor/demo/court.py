"""The made-up court behind the page's button: it pushes by the reference client, over HTTP.

Rules that hold here: it takes the case from the register, as no real court could, so that the tour
needs no typing; everything after that is what a real court does.
"""

import json
from pathlib import Path

from nsor import cnic
from nsor.demo.officers import COURT
from nsor.register import documents
from nsor.register.calendar import today
from nsor.register.errors import Refusal
from nsor.register.models import STANDING_APPEALS, BatchState, Conviction
from nsor.register.people import one_person
from nsor.secrecy import subjects
from nsor.sources import client
from nsor.sources.models import Source
from nsor.web.handset.court import Pushed, Result


class SampleCourt:
    """A ``nsor.web.handset.court.Court`` that pushes to the register at ``address``."""

    def __init__(self, address: str, key: Path, keyid: str) -> None:
        """Push with the private key in a file, which the register knows as ``keyid``."""
        self._url = f"{address}/api/v1/sources/appeals"
        self._signer = client.read_signer(key, keyid)

    def push(self, result: Result) -> Pushed | None:
        """See ``nsor.web.handset.court.Court.push``."""
        found = _newest_told_of()
        if found is None:
            return None
        number, case = found
        event = {
            "sequence": Source.objects.get(name=COURT).next_sequence,
            "cnic": number,
            "case_number": case,
            "result": result,
            "decided_on": today().isoformat(),
        }
        body = json.dumps(event).encode()
        key = client.new_idempotency_key()
        try:
            answer = client.push(self._url, body, self._signer, idempotency_key=key)
        except Refusal:
            return None
        return Pushed(answer.accepted, cnic.display(number))


def _newest_told_of() -> tuple[str, str] | None:
    """Return the number and the case that were approved last and are told of, None without any."""
    rows = Conviction.objects.filter(
        current=True, batch__state=BatchState.APPROVED, appeal_state__in=STANDING_APPEALS
    ).order_by("-batch__decision", "-pk")
    for row in rows[:50]:
        person = one_person(row.offender_id)
        key = subjects.key(row.offender.key_id)
        if person is None or key is None or not person.public or not person.answerable:
            continue
        return person.answerable[0].digits, documents.open_case(
            key, row.pk, bytes(row.sealed)
        ).case_number
    return None
