"""The directory: who is listed now, in memory, built from the feed of publications.

Rules that hold here:

- No ORM, no input or output, no lock: one thread owns a directory at a time.
- The feed has no gaps. What was applied already is ignored; a jump is an error: somebody might
  have been in it.
- A silence may be told ahead of its turn. From then on nothing older than it lists that person;
  it is forgotten when the feed has come to it.
- Every call takes a short time that doesn't grow with the number of people; the table is never
  rebuilt.

How it is kept. A record is one person in UTF-8. Records whose numbers hash alike lie one after
another in a bucket, which is one ``bytes`` object of about four records; a change replaces the
bucket, so the memory of what is no longer said is free at once. The table grows by linear hashing
(W. Litwin, 1980): when the people outnumber the buckets fourfold, one bucket is split in two, each
bucket in its turn.

A record begins with 0xFF and each of its fields ends with 0xFE, two bytes that UTF-8 never uses:
whatever a name holds, it can't pass for another record.

The hash is Python's own of ``bytes``, SipHash under a key that is random in each process: numbers
can't be chosen so that they all fall into one bucket.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from nsor.register.feed import Publication

_RECORDS_PER_BUCKET = 4
_KEY_BYTES = 14
_NUMBERS = range(10**13)

_SEX_AND_RELATION = [
    ("male", "father"),
    ("male", "husband"),
    ("female", "father"),
    ("female", "husband"),
    ("x", "father"),
    ("x", "husband"),
]
_CODES = {pair: code for code, pair in enumerate(_SEX_AND_RELATION)}


class FeedGapError(Exception):
    """A publication came that doesn't follow the last one applied. Names both sequences."""


class Person(NamedTuple):
    """Somebody listed, and the ``sequence`` of the publication that says so.

    The father's names are the husband's where ``relation`` is husband.
    """

    sex: str
    relation: str
    name_ur: str
    father_name_ur: str
    name_en: str
    father_name_en: str
    sequence: int


class Directory:
    """The people listed, by CNIC."""

    def __init__(self) -> None:
        """Start empty, before the first publication of the feed."""
        self._sequence = 0
        self._people = 0
        # The newest silence of each person that was told before its turn, and the last of all.
        self._early: dict[int, int] = {}
        self._last_early = 0
        # Buckets before ``_split`` are told apart by one bit of the hash more than ``_mask``
        # keeps, because each of them has been split in this round.
        self._buckets = [b""]
        self._mask = 0
        self._split = 0

    @property
    def sequence(self) -> int:
        """The number of the last publication applied, 0 before the first."""
        return self._sequence

    @property
    def people(self) -> int:
        """How many people are listed now."""
        return self._people

    def __len__(self) -> int:
        """Return how many people are listed now."""
        return self._people

    @property
    def early_silences(self) -> int:
        """How many people are silenced whose publication the feed has not come to."""
        return len(self._early)

    def known_to(self, cnic: int) -> int:
        """Return the number of the last publication that was looked at for ``cnic``."""
        return max(self._sequence, self._early.get(cnic, 0))

    def get(self, cnic: int) -> Person | None:
        """Return who is listed under ``cnic``, or None."""
        key = _key(cnic)
        bucket = self._buckets[self._place(key)]
        start = bucket.find(key)
        if start < 0:
            return None
        return _person(bucket[start + _KEY_BYTES :])

    def apply(self, publication: "Publication") -> None:
        """Take over what ``publication`` says; ignore it if it is not newer than ``sequence``.

        Raises ``FeedGapError`` if it skips a number, ``ValueError`` if its CNIC has more than 13
        digits or its sex or relation is unknown. Then nothing has changed.
        """
        sequence = publication.sequence
        if sequence <= self._sequence:
            return
        if sequence != self._sequence + 1:
            raise FeedGapError(f"Publication {sequence} came after {self._sequence}.")
        key = _key_of(publication)
        record = _record(key, publication) if publication.listed else b""
        if self._early and self._is_overtaken(publication.cnic, sequence):
            record = b""
        self._put(key, record)
        self._sequence = sequence

    def apply_many(self, publications: "Iterable[Publication]") -> None:
        """Apply each of ``publications`` in turn. Raises as ``apply`` does, at the first."""
        for publication in publications:
            self.apply(publication)

    def silence(self, publication: "Publication") -> None:
        """Take over ahead of its turn what ``publication`` says: its person is not listed.

        Ignored if it is not newer than ``sequence``, which doesn't change. Raises ``ValueError``
        if it lists somebody or its CNIC has more than 13 digits. Then nothing has changed.
        """
        if publication.listed:
            raise ValueError(f"Publication {publication.sequence} is no silence.")
        cnic, sequence = publication.cnic, publication.sequence
        key = _key_of(publication)
        if sequence <= self._sequence:
            return
        self._put(key, b"")
        self._early[cnic] = max(sequence, self._early.get(cnic, 0))
        self._last_early = max(sequence, self._last_early)

    def silence_many(self, publications: "Iterable[Publication]") -> None:
        """Silence by each of ``publications``. Raises as ``silence`` does, at the first."""
        for publication in publications:
            self.silence(publication)

    def become(self, other: "Directory") -> None:
        """Hold what ``other`` holds, in the place of all that was held. ``other`` is used up."""
        self._sequence, self._people = other._sequence, other._people
        self._early, self._last_early = other._early, other._last_early
        self._buckets, self._mask, self._split = other._buckets, other._mask, other._split

    def _is_overtaken(self, cnic: int, sequence: int) -> bool:
        """Tell whether a newer silence of ``cnic`` was told; forget those that are due."""
        if self._early.get(cnic, 0) > sequence:
            return True
        self._early.pop(cnic, None)
        if sequence >= self._last_early:
            self._early.clear()
        return False

    def _place(self, key: bytes) -> int:
        hashed = hash(key)
        at = hashed & self._mask
        return at if at >= self._split else hashed & (self._mask << 1 | 1)

    def _put(self, key: bytes, record: bytes) -> None:
        """Put ``record`` in the place of what is held under ``key``; empty, it removes that."""
        at = self._place(key)
        bucket = self._buckets[at]
        start = bucket.find(key)
        if start >= 0:
            self._buckets[at] = bucket[:start] + record + bucket[_end(bucket, start) :]
            self._people -= not record
        elif record:
            self._buckets[at] = bucket + record
            self._people += 1
            if self._people > len(self._buckets) * _RECORDS_PER_BUCKET:
                self._grow()

    def _grow(self) -> None:
        """Split the bucket whose turn it is by one more bit of the hash."""
        new_bit = self._mask + 1
        stay: list[bytes] = []
        move: list[bytes] = []
        for rest in self._buckets[self._split].split(b"\xff")[1:]:
            record = b"\xff" + rest
            (move if hash(record[:_KEY_BYTES]) & new_bit else stay).append(record)
        self._buckets[self._split] = b"".join(stay)
        self._buckets.append(b"".join(move))
        self._split += 1
        if self._split == new_bit:
            self._mask = self._mask << 1 | 1
            self._split = 0


def _key_of(publication: "Publication") -> bytes:
    if publication.cnic not in _NUMBERS:
        raise ValueError(f"The CNIC of publication {publication.sequence} does not have 13 digits.")
    return _key(publication.cnic)


def _key(cnic: int) -> bytes:
    """Write how the record of ``cnic`` begins: 0xFF and 13 ASCII digits."""
    return b"\xff%013d" % cnic


def _end(bucket: bytes, start: int) -> int:
    """Return where the record that begins at ``start`` ends."""
    end = bucket.find(b"\xff", start + _KEY_BYTES)
    return end if end >= 0 else len(bucket)


def _record(key: bytes, publication: "Publication") -> bytes:
    """Write ``key``, one digit for sex and relation with the sequence, and the four names."""
    code = _CODES.get((publication.sex, publication.relation))
    if code is None:
        raise ValueError(f"The sex or the relation of publication {publication.sequence} is none.")
    return b"%b%d%d\xfe%b\xfe%b\xfe%b\xfe%b\xfe" % (
        key,
        code,
        publication.sequence,
        publication.name_ur.encode(),
        publication.father_name_ur.encode(),
        publication.name_en.encode(),
        publication.father_name_en.encode(),
    )


def _person(rest: bytes) -> Person:
    """Read the rest of a record, from behind its key; other records may follow."""
    head, name_ur, father_ur, name_en, father_en, _ = rest.split(b"\xfe", 5)
    sex, relation = _SEX_AND_RELATION[head[0] - ord("0")]
    return Person(
        sex,
        relation,
        name_ur.decode(),
        father_ur.decode(),
        name_en.decode(),
        father_en.decode(),
        int(head[1:]),
    )
