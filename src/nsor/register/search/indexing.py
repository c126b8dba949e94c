"""The keyed words under which a person is found.

Rules that hold here:

- What is stored is 64 bits of a keyed hash of a word (``words``), never the word. Each kind of word
  has a key of its own, derived from the ring.
- A person is found under every name they ever bore in an approved profile; one who awaits approval
  under those of the entry. Who others are merged into is found under theirs too; those keep their
  own rows, which count again once the merger is undone.
- Rows are written under the key that the register says (``token_keys``), and looked up under all
  keys of the ring: a rotation runs while officers search.
"""

import hmac
from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, cast

from django.db import connection

from nsor.register import token_keys
from nsor.register.documents import Profile
from nsor.register.models import Offender, SearchToken
from nsor.register.search.borne import borne
from nsor.register.search.words import KINDS, Word, words_of
from nsor.secrecy import ring

if TYPE_CHECKING:
    import psycopg

TOKEN_BYTES = 8
_INSERT = "INSERT INTO register_searchtoken (token, offender_id) VALUES (%s, %s)"
_COPY = "COPY register_searchtoken (token, offender_id) FROM STDIN"


def add(people: Iterable[tuple[int, Profile]]) -> None:
    """Index people of whom nothing is indexed yet; each is an offender's row and a profile."""
    keys = _keys(token_keys.for_new_tokens())
    _insert(
        {
            (_token(keys[kind], text), row)
            for row, profile in people
            for kind, text in words_of(profile)
        }
    )


def replace(offender: int, profiles: Iterable[Profile]) -> None:
    """Index a person anew, under all that these profiles name."""
    SearchToken.objects.filter(offender=offender).delete()
    add((offender, profile) for profile in profiles)


def reindex(offenders: Iterable[int]) -> None:
    """Index people anew, under all names that the register has of them and of those merged in.

    To be called in the transaction that changed them. Raises as ``nsor.secrecy.subjects.keys``.
    """
    roots = list(dict.fromkeys(offenders))
    owners = [(root, root) for root in roots]
    for merged in Offender.objects.filter(merged_into__in=roots).only("merged_into"):
        if merged.merged_into_id is not None:
            owners.append((merged.pk, merged.merged_into_id))
    found = borne({row for row, _ in owners})
    SearchToken.objects.filter(offender__in=roots).delete()
    add((owner, profile) for row, owner in owners for profile in found.get(row, ()))


def retoken(offenders: Iterable[int]) -> None:
    """Write the tokens of these rows of offenders anew, for a rotation of the ring.

    To be called in a transaction that holds the feed's lock, as a correction may be approved at
    the same time. Raises as ``reindex``.
    """
    reindex(offenders)


def look_up(group: Iterable[Word]) -> list[int]:
    """Return the tokens of words under each of the ring's keys."""
    held = [_keys(name) for name in ring.key_ids()]
    return [_token(keys[kind], text) for kind, text in group for keys in held]


def _keys(name: str) -> dict[str, bytes]:
    return {kind: ring.derived(f"search/{kind}", name) for kind in KINDS}


@lru_cache(maxsize=65_536)
def _token(key: bytes, text: str) -> int:
    digest = hmac.digest(key, text.encode(), "sha256")
    return int.from_bytes(digest[:TOKEN_BYTES], "big", signed=True)


def _insert(rows: set[tuple[int, int]]) -> None:
    """Write rows in the order of the index, which is many times faster than in any other."""
    if not rows:
        return
    ordered = sorted(rows)
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.executemany(_INSERT, ordered)
            return
        with cast("psycopg.Cursor[object]", cursor.cursor).copy(_COPY) as copy:
            copy.write("".join(f"{token}\t{row}\n" for token, row in ordered))
