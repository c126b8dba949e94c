"""What the tests of a rotation look at: what is under which key, and whether everything opens."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from nsor.audit import trail
from nsor.audit.models import Entry
from nsor.keyring import FileRing, KeyRing
from nsor.register import documents, feed
from nsor.register.models import Conviction, IdentityNumber, Offender, Profile, SearchToken
from nsor.register.numbering import holders, number_token
from nsor.register.search.borne import borne
from nsor.register.search.indexing import look_up
from nsor.register.search.words import words_of
from nsor.secrecy import ring, rotation, subjects


def ring_file() -> Path:
    return Path(os.environ["NSOR_KEYS"])


def rewrite_ring(ring: KeyRing) -> None:
    """Have the file say what it is told, as an operator's editor would."""
    keys = {name: key.hex() for name, key in ring.keys.items()}
    fresh = ring_file().with_name("edited")
    fresh.write_text(json.dumps({"current": ring.current, "keys": keys}))
    fresh.chmod(0o600)
    fresh.rename(ring_file())


@contextmanager
def without_keys(*names: str) -> Iterator[None]:
    """Take keys out of the ring for a while, whatever still needs them."""
    before = FileRing(ring_file()).read()
    kept = {name: key for name, key in before.keys.items() if name not in names}
    current = before.current if before.current in kept else next(iter(kept))
    rewrite_ring(KeyRing(kept, current))
    try:
        yield
    finally:
        rewrite_ring(before)


def assert_everything_opens(numbers: Iterable[str]) -> None:
    """Every row opens, every number has one holder and is found, and the feed tells of it."""
    wanted = set(numbers)
    rows = list(IdentityNumber.objects.exclude(sealed=b"").select_related("offender"))
    keys = subjects.keys(row.offender.key_id for row in rows)
    found = Counter(
        documents.open_number(keys[row.offender.key_id], row.pk, bytes(row.sealed)) for row in rows
    )
    assert found.keys() == wanted
    assert set(found.values()) == {1}, "two rows hold one number"
    assert holders(wanted).keys() == wanted
    for profile in Profile.objects.exclude(sealed=b"").select_related("offender"):
        documents.open_profile(keys[profile.offender.key_id], profile.pk, bytes(profile.sealed))
    for conviction in Conviction.objects.select_related("offender"):
        key = keys[conviction.offender.key_id]
        documents.open_case(key, conviction.pk, bytes(conviction.sealed))
    for entry in Entry.objects.values_list("pk", flat=True):
        assert trail.details(entry) is not None
    published = Counter(one.cnic for one in feed.stream() if one.cnic != feed.ERASED)
    assert {f"{cnic:013}" for cnic in published} <= wanted


def assert_all_is_under(name: str, numbers: Iterable[str]) -> None:
    """Nothing in the databases is under another key than this one."""
    assert rotation.wrapped_by().keys() <= {name}
    tokens = {bytes(token) for token in IdentityNumber.objects.values_list("token", flat=True)}
    assert tokens == {number_token(number, name) for number in numbers}
    others = [one for one in ring.key_ids() if one != name]
    with without_keys(*others):
        assert_everything_opens(numbers)
        assert_indexed()


def assert_indexed() -> None:
    """Everybody is found by each word of each name, once, under the ring's own keys alone."""
    found: dict[int, list[int]] = {}
    for token, offender in SearchToken.objects.values_list("token", "offender"):
        found.setdefault(offender, []).append(token)
    expected = {
        row: {token for one in profiles for word in words_of(one) for token in look_up([word])}
        for row, profiles in borne(Offender.objects.values_list("pk", flat=True)).items()
    }
    assert {row: sorted(tokens) for row, tokens in found.items()} == {
        row: sorted(tokens) for row, tokens in expected.items()
    }


def acts(kind: str) -> int:
    return Entry.objects.filter(act=kind).count()
