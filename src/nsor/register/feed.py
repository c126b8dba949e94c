"""The feed of publications, as services read it.

Rules that hold here:

- A reader sees publications in the order of their sequence, without gaps: a release becomes
  visible in one commit under the head row's lock, so a later number never commits first.
- Reading takes no lock of the register's writers (``nsor.reading``); what can't be read is
  ``FeedUnavailable``, and nothing is known to have changed then.
- A publication is opened with the key of the person. Where that was destroyed by a removal it tells
  of nobody: its number is ``ERASED``, and whoever had read an older one must read the feed anew. A
  key that is gone without a removal was lost, and the feed is ``FeedUnavailable`` then: nobody who
  was published is ever said to be unknown.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import Any, Literal, NamedTuple

from nsor.keyring import KeyRingError
from nsor.law.rows import SETTING_IN_FORCE
from nsor.reading import Reader, Unreadable
from nsor.register import documents
from nsor.register.calendar import today
from nsor.register.models import FeedHead, IdentityNumber, Offender, Release, Rotation
from nsor.register.models import Publication as PublicationRow
from nsor.register.numbering import PURPOSE
from nsor.secrecy import ring, subjects, tokens
from nsor.secrecy.box import SealBroken
from nsor.secrecy.models import StoredKey
from nsor.secrecy.router import KEYS

PAGE = 5000
RELEASES_AT_ONCE = 500
ERASED = 0
"""The number of a publication whose person was removed."""

_HEAD, _RELEASE, _PUBLICATION, _NUMBER, _OFFENDER, _KEY = (
    model._meta.db_table
    for model in (FeedHead, Release, PublicationRow, IdentityNumber, Offender, StoredKey)
)
_FACTS = "p.release_id, p.ordinal, p.key_id, p.listed, p.sealed, p.number_id"
# Table and column names alone are put into the statements; values are always parameters.
_LAST = f"SELECT last_sequence FROM {_HEAD} WHERE id = 1"  # noqa: S608
_STANDING = f"SELECT withheld, epoch, ({SETTING_IN_FORCE}) FROM {_HEAD} WHERE id = 1"  # noqa: S608
_RELEASES = (
    f"SELECT id, base_sequence, last_sequence FROM {_RELEASE}"  # noqa: S608
    f" WHERE last_sequence > %s ORDER BY last_sequence LIMIT {RELEASES_AT_ONCE}"
)
# Bounded on both sides: of a release that is new PostgreSQL has no statistics yet, and would sort
# all the rest of it for the sake of one page.
_PART = (
    f"SELECT {_FACTS} FROM {_PUBLICATION} p"  # noqa: S608
    " WHERE p.release_id = %s AND p.ordinal > %s AND p.ordinal <= %s ORDER BY p.ordinal"
)
_WHOLE = f"SELECT {_FACTS} FROM {_PUBLICATION} p WHERE p.release_id IN "  # noqa: S608
_CURRENT = (
    f"SELECT r.base_sequence, {_FACTS} FROM {_PUBLICATION} p"  # noqa: S608
    f" JOIN {_RELEASE} r ON r.id = p.release_id JOIN {_NUMBER} n ON n.id = p.number_id"
    " WHERE n.token IN ({}) AND r.last_sequence IS NOT NULL"
    " ORDER BY r.base_sequence + p.ordinal DESC LIMIT 1"
)
# SQLite has no statistics of an index before it is told to make them, and would read past a whole
# batch to find who was silenced in it.
_BY_INDEX = {"sqlite": "INDEXED BY publication_silence"}
_SILENCES = (
    f"SELECT r.base_sequence, {_FACTS} FROM {_RELEASE} r"  # noqa: S608
    f" CROSS JOIN {_PUBLICATION} p {{}} WHERE p.release_id = r.id AND NOT p.listed"
    " AND r.last_sequence > %s AND r.base_sequence + p.ordinal > %s"
    " ORDER BY r.last_sequence, p.ordinal LIMIT %s"
)
_TOKEN_KEYS = f"SELECT ring_key FROM {Rotation._meta.db_table}"  # noqa: S608
_STILL_HELD = (
    f"SELECT 1 FROM {_NUMBER} n JOIN {_OFFENDER} o ON o.id = n.offender_id"  # noqa: S608
    " WHERE n.id IN ({}) AND o.standing <> 'removed' LIMIT 1"
)
_KEYS_OF = f"SELECT id, wrapped, ring_key FROM {_KEY} WHERE id IN "  # noqa: S608


class Publication(NamedTuple):
    """What may be answered about a number from ``sequence`` on; names are empty if not listed."""

    sequence: int
    cnic: int
    listed: bool
    sex: Literal["male", "female", "x"]
    relation: Literal["father", "husband"]
    name_ur: str
    father_name_ur: str
    name_en: str
    father_name_en: str

    def __repr__(self) -> str:
        return f"Publication(sequence={self.sequence})"


class FeedStanding(NamedTuple):
    """How the feed as a whole stands."""

    public_open: bool
    """Whether the public may be answered, by the policy in force; where none says so, not."""
    withheld: bool
    """Whether nothing may be answered: a backup was restored and isn't confirmed yet."""
    epoch: int
    """Changes where the feed became another one, by a restored backup."""


class FeedUnavailable(Exception):  # noqa: N818
    """The feed can't be read now. Nothing is known to have changed; ask again."""


def read(after: int, limit: int = 1000) -> list[Publication]:
    """Return the next publications after sequence ``after``, at most ``limit``, in order.

    Raises ``FeedUnavailable``, also where the feed ends before ``after``: it is another feed then
    (an older copy that was restored), and following it would miss what was published since.
    """
    last = last_sequence()
    if after > last:
        raise FeedUnavailable("The feed ends before what was read from it: load it anew.")
    return [] if after == last else _page(after, limit)


def stream(after: int = 0) -> Iterator[Publication]:
    """Yield every publication after sequence ``after``, in order, a page in memory at a time.

    Raises ``FeedUnavailable``.
    """
    while page := read(after, PAGE):
        yield from page
        after = page[-1].sequence


def read_silences(after: int, limit: int) -> list[Publication]:
    """Return those of the publications after sequence ``after`` that aren't listed, in order.

    At most ``limit``. Costs one look-up by index for each release after ``after``, however much
    that holds, and one for each publication returned. Raises ``FeedUnavailable``.
    """
    by_index = _BY_INDEX.get(_thread.reader.vendor, "")
    return _opened(_ask(_SILENCES.format(by_index), (after, after, limit)))


def current(cnic: str) -> Publication | None:
    """Return the newest publication of a number, None where there is none.

    ``cnic`` is 13 digits. Raises ``FeedUnavailable``, also where the number may be stored under a
    key that the ring lacks: that nobody is found would say nothing then.
    """
    try:
        wanted = tokens.tokens(PURPOSE, cnic)
        rows = _ask(_CURRENT.format(", ".join(["%s"] * len(wanted))), wanted)
        if not rows:
            ring.require(name for (name,) in _ask(_TOKEN_KEYS, ()))
    except KeyRingError as error:
        raise FeedUnavailable(str(error)) from None
    found = _opened(rows)
    return found[0] if found else None


def last_sequence() -> int:
    """Return the last sequence that was given, 0 at the beginning. Raises ``FeedUnavailable``."""
    rows = _ask(_LAST, ())
    if not rows:
        raise FeedUnavailable("The database holds no feed: run `nsor migrate`.")
    return int(rows[0][0])


def standing() -> FeedStanding:
    """Return how the feed stands now. Raises ``FeedUnavailable``."""
    day = today()
    rows = _ask(_STANDING, ("public_service", day, day))
    if not rows:
        raise FeedUnavailable("The database holds no feed: run `nsor migrate`.")
    withheld, epoch, service = rows[0]
    return FeedStanding(service == "open", bool(withheld), epoch)


def close() -> None:
    """Give this thread's connections up; a thread that has followed the feed ends with this."""
    _thread.reader.close()
    _thread.keys.close()


def _page(after: int, limit: int) -> list[Publication]:
    releases = _ask(_RELEASES, (after,))
    if not releases:
        return []
    first, base, last = releases[0]
    start = max(after - base, 0)
    rows = _ask(_PART, (first, start, start + limit))
    if not rows:
        raise FeedUnavailable("A release holds fewer publications than it has numbers.")
    page = [(base, *row) for row in rows]
    fitting = list(takewhile(lambda release: release[2] - last <= limit - len(page), releases[1:]))
    if fitting and base + rows[-1][1] >= last:
        bases = {release: base for release, base, _ in fitting}
        marks = ",".join(["%s"] * len(bases))
        rest = _ask(f"{_WHOLE} ({marks})", tuple(bases))
        page += sorted((bases[row[0]], *row) for row in rest)
    return _opened(page)


def _opened(rows: Sequence[tuple[Any, ...]]) -> list[Publication]:
    """Open rows of base sequence, release, ordinal, key, whether listed, what is sealed."""
    keys = _keys({row[3] for row in rows})
    lost = {row[6] for row in rows if row[3] not in keys}
    if lost and _ask(_STILL_HELD.format(", ".join(["%s"] * len(lost))), tuple(lost)):
        raise FeedUnavailable("The key store lacks keys of people who were never removed.")
    return [_publication(row, keys.get(row[3])) for row in rows]


def _publication(row: tuple[Any, ...], key: bytes | None) -> Publication:
    base, release, ordinal, _, listed, sealed, _ = row
    if key is None:
        return Publication(base + ordinal, ERASED, False, "male", "father", "", "", "", "")
    try:
        told = documents.open_told(key, (release, ordinal), bytes(sealed))
    except SealBroken:
        raise FeedUnavailable("A publication doesn't open with its key.") from None
    return Publication(base + ordinal, told[0], bool(listed), *told[1:])


def _keys(wanted: Iterable[int]) -> dict[int, bytes]:
    numbers = tuple(wanted)
    if not numbers:
        return {}
    marks = ",".join(["%s"] * len(numbers))
    try:
        rows = _thread.keys.ask(f"{_KEYS_OF} ({marks})", numbers)
        return subjects.unwrap_all(rows)
    except (Unreadable, KeyRingError, SealBroken):
        raise FeedUnavailable("The keys of the people can't be read.") from None


def _ask(sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    try:
        return _thread.reader.ask(sql, values)
    except Unreadable as error:
        raise FeedUnavailable(str(error)) from None


class _Thread(threading.local):
    def __init__(self) -> None:
        self.reader = Reader("default")
        self.keys = Reader(KEYS)


_thread = _Thread()
