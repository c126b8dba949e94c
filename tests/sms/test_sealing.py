"""Sealed blobs: opened by whoever has the ring, and by nobody who altered a bit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.keyring import KeyRing
from nsor.sms.outbox.sealing import Sealer, SealError

RING = KeyRing({"1": b"a" * 32}, "1")
PLAIN = b"923001234567 asked about 3520112345671"


def a_sealer(ring: KeyRing = RING, purpose: str = "outbox", salt: bytes = b"s" * 16) -> Sealer:
    return Sealer(ring, purpose, salt)


@given(st.binary(max_size=300), st.binary(max_size=30))
def test_what_was_sealed_is_opened_by_another_sealer(plain: bytes, label: bytes) -> None:
    sealed = a_sealer().seal(plain, label)

    assert a_sealer(salt=b"t" * 16).open(sealed, label) == plain


def test_nothing_of_the_plain_text_is_in_the_blob_and_no_two_are_alike() -> None:
    sealer = a_sealer()
    blobs = {sealer.seal(PLAIN, b"owed 1") for _ in range(50)}

    assert len(blobs) == 50
    assert len({blob[18:30] for blob in blobs}) == 50, "a nonce was used twice"
    assert not any(b"923001234567" in blob or b"3520112345671" in blob for blob in blobs)


def test_another_opening_of_the_store_has_another_key() -> None:
    one = a_sealer(salt=b"s" * 16).seal(PLAIN, b"")
    other = a_sealer(salt=b"t" * 16).seal(PLAIN, b"")

    assert one[18:30] == other[18:30], "both nonces are counted from one"
    assert one[30:] != other[30:]


def test_an_altered_blob_is_not_opened() -> None:
    sealed = a_sealer().seal(PLAIN, b"owed 1")

    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 1
        with pytest.raises(SealError):
            a_sealer().open(bytes(altered), b"owed 1")


def test_a_blob_that_is_cut_off_is_not_opened() -> None:
    sealed = a_sealer().seal(PLAIN, b"owed 1")

    for length in range(len(sealed)):
        with pytest.raises(SealError):
            a_sealer().open(sealed[:length], b"owed 1")


@given(st.binary(max_size=80))
def test_no_octets_do_worse_than_a_seal_error(sealed: bytes) -> None:
    with pytest.raises(SealError):
        a_sealer().open(sealed, b"owed 1")


def test_a_blob_opens_only_where_it_belongs() -> None:
    sealed = a_sealer().seal(PLAIN, b"owed 1")

    with pytest.raises(SealError):
        a_sealer().open(sealed, b"owed 2")
    with pytest.raises(SealError):
        a_sealer(purpose="other").open(sealed, b"owed 1")


def test_after_a_change_of_keys_the_old_one_still_opens_what_it_sealed() -> None:
    sealed = a_sealer().seal(PLAIN, b"x")
    changed = KeyRing({"1": b"a" * 32, "2027": b"b" * 32}, "2027")

    assert a_sealer(changed).open(sealed, b"x") == PLAIN
    assert a_sealer(changed).open(a_sealer(changed).seal(PLAIN, b"x"), b"x") == PLAIN


def test_a_key_that_is_not_on_the_ring_is_said_without_the_blob() -> None:
    sealed = a_sealer().seal(PLAIN, b"x")

    with pytest.raises(SealError, match="NSOR_KEYS") as caught:
        a_sealer(KeyRing({"2": b"b" * 32}, "2")).open(sealed, b"x")
    assert sealed.hex() not in str(caught.value)
