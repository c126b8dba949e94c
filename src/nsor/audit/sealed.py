"""Whether the details of entries are those that the entries commit to.

Rules that hold here: details whose key was destroyed are whole where the trail says that it was;
a key that is simply gone is a finding. No detail is told to anybody here.
"""

from nsor.audit import trail_keys
from nsor.audit.acts import EXPUNGES
from nsor.audit.findings import Findings, Kind
from nsor.audit.leaf import about, commitment
from nsor.audit.models import Entry
from nsor.audit.rows import Row
from nsor.secrecy import subjects
from nsor.secrecy.box import SealBroken, unseal

LATE = 2 * 3600 * 1_000_000
"""Microseconds by which an entry may come into the tree after its own time, and the like."""


class SealedDetails:
    """Checks details page by page."""

    def __init__(self, findings: Findings, *, opens: bool = True) -> None:
        """Read which subjects were expunged, and when; without keys, ``opens`` is False."""
        self._opens = opens
        self._findings = findings
        self._trail_keys: dict[int, bytes | None] = {}
        self._expunged: dict[str, int] = {}
        expunges = Entry.objects.filter(act__in=EXPUNGES).values_list("subject", "at")
        for subject, at in expunges.iterator():
            self._expunged[subject] = max(at, self._expunged.get(subject, 0))

    def check(self, page: list[Row]) -> None:
        """Check the details of entries that are whole themselves."""
        wanted = {row.key for row in page if row.key is not None} if self._opens else set()
        keys = self._keys(wanted)
        for row in page:
            if row.details is None:
                self._findings.add(Kind.DETAILS_MISSING, row.entry)
            elif not self._opens:
                continue
            elif row.key is None:
                self._open(row, self._trail_key(row.trail_key))
            elif row.key in keys:
                self._open(row, keys[row.key])
            elif not self._was_expunged(row):
                self._findings.add(Kind.DETAILS_UNREADABLE, row.entry)

    def _open(self, row: Row, key: bytes | None) -> None:
        promised = row.commitment or b""
        try:
            if key is None or row.sealed is None:
                raise SealBroken("There is nothing to open, or no key.")
            opened = unseal(key, row.sealed, about(promised))
        except (SealBroken, TypeError):
            self._findings.add(Kind.DETAILS_EDITED, row.entry)
            return
        if commitment(opened) != promised:
            self._findings.add(Kind.DETAILS_EDITED, row.entry)

    def _was_expunged(self, row: Row) -> bool:
        when = max(
            self._expunged.get(str(row.subject), -1) if row.subject else -1,
            self._expunged.get(f"key:{row.key}", -1),
        )
        return when >= 0 and int(row.at) <= when + LATE

    def _keys(self, wanted: set[int]) -> dict[int, bytes]:
        try:
            return subjects.keys(wanted)
        except SealBroken:
            found: dict[int, bytes] = {}
            for number in wanted:
                try:
                    found.update(subjects.keys((number,)))
                except SealBroken:
                    found[number] = b"\x00" * 32  # opens nothing, which is then found
            return found

    def _trail_key(self, number: int | None) -> bytes | None:
        if number is None:
            return None
        if number not in self._trail_keys:
            try:
                self._trail_keys[number] = trail_keys.by_number(number)
            except SealBroken:
                self._findings.add(Kind.KEY_EDITED, None, f"It is the trail's key {number}.")
                self._trail_keys[number] = None
        return self._trail_keys[number]
