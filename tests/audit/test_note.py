"""Notes as C2SP says them, and whatever else anybody may write."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from nsor.audit import note, request, tree
from nsor.audit.note import COSIGNATURE, ED25519, Checkpoint, Note, NoteError, Verifier
from nsor.audit.request import Request, Statement

KNOWN_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
KNOWN_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n"
    "\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpR"
    "Zb6KE6RyyBwJnAM=\n"
)
"""The example of the note format's first implementation."""

PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = Ed25519PrivateKey.from_private_bytes(bytes(32))
LOG = Verifier("nsor/log", ED25519, note.public_of(PRIVATE))
WITNESS = Verifier("witness/1", COSIGNATURE, note.public_of(OTHER))
HEAD = Checkpoint("nsor/log", 7, b"r" * 32)

names = st.text(st.characters(codec="utf-8", exclude_characters="+"), min_size=1).filter(
    note.good_name
)
texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])).map(
    lambda text: f"line {text}\n"
)
times = st.integers(0, 2**63 - 1)


def test_the_known_note_verifies() -> None:
    verifier = note.parse_verifier(KNOWN_KEY, ED25519)

    note.verify(note.parse(KNOWN_NOTE), verifier)

    assert str(verifier) == KNOWN_KEY
    assert str(note.parse(KNOWN_NOTE)) == KNOWN_NOTE


def test_the_known_note_with_another_word_is_forged() -> None:
    changed = note.parse(KNOWN_NOTE.replace("cryptography", "a blockchain"))

    with pytest.raises(NoteError, match="forged"):
        note.verify(changed, note.parse_verifier(KNOWN_KEY, ED25519))


def test_a_checkpoint_is_three_lines() -> None:
    assert HEAD.text() == "nsor/log\n7\ncnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=\n"
    assert note.parse_checkpoint(HEAD.text()) == HEAD
    assert note.parse_checkpoint(HEAD.text() + "an extension\n") == HEAD


@given(names, texts, times)
def test_what_is_signed_and_cosigned_verifies(name: str, text: str, time: int) -> None:
    signed = note.cosign(note.sign(text, name, PRIVATE), "witness/1", OTHER, time)

    read = note.parse(str(signed).encode())

    assert read == signed
    assert note.verify(read, Verifier(name, ED25519, LOG.public)) == 0
    assert note.verify(read, WITNESS) == time


@given(st.data())
def test_a_note_with_any_octet_changed_is_refused(data: st.DataObject) -> None:
    written = bytearray(
        str(
            note.cosign(note.sign(HEAD.text(), LOG.name, PRIVATE), WITNESS.name, OTHER, 1700000000)
        ).encode()
    )
    at = data.draw(st.integers(0, len(written) - 1))
    written[at] ^= data.draw(st.integers(1, 255))

    with pytest.raises(NoteError):
        note.checkpoint_of(note.parse(bytes(written)), [LOG, WITNESS])


def test_signatures_by_unknown_keys_are_left_aside() -> None:
    signed = note.sign(HEAD.text(), "nsor/log", PRIVATE)
    stranger = note.sign(HEAD.text(), "nsor/log", OTHER)
    both = Note(signed.text, (*stranger.signatures, *signed.signatures))

    assert note.checkpoint_of(both, [LOG]) == HEAD
    with pytest.raises(NoteError, match="not signed"):
        note.checkpoint_of(stranger, [LOG])


def test_a_log_signature_is_no_cosignature() -> None:
    with pytest.raises(NoteError, match="not signed"):
        note.verify(note.sign(HEAD.text(), "witness/1", OTHER), WITNESS)


@given(names, st.sampled_from([ED25519, COSIGNATURE]), st.binary(min_size=32, max_size=32))
def test_a_verifier_key_is_read_as_it_is_written(name: str, kind: int, public: bytes) -> None:
    verifier = Verifier(name, kind, public)

    assert note.parse_verifier(str(verifier), kind) == verifier


CLOSE = st.one_of(
    st.binary(),
    st.text().map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(
        st.sampled_from(
            [
                "old 0",
                "old 7",
                "nsor/log",
                "7",
                "07",
                "",
                "\n",
                "— ",
                "name ",
                "AAAA",
                "a+b",
                "=",
                "cnJycnJycnJycnJycnJycnJycnJycnJycnJycnJycnI=",
                "nsor-epoch/v1",
                "origin x",
                "after x",
                "last 1 AA==",
                "99999999999999999999",
                "٣",
                "\r",
                "\x00",
            ]
        )
    ).map(lambda lines: "\n".join(lines).encode()),
)
PARSERS = [
    note.parse,
    request.parse,
    lambda octets: note.parse_checkpoint(octets.decode(errors="replace")),
    lambda octets: note.parse_verifier(octets.decode(errors="replace"), ED25519),
    lambda octets: request.parse_statement(octets.decode(errors="replace")),
    lambda octets: note.decoded(octets.decode(errors="replace")),
    lambda octets: note.parse_size(octets.decode(errors="replace")),
]


@pytest.mark.parametrize("parser", PARSERS)
@given(octets=CLOSE)
def test_whatever_is_written_is_read_or_refused_with_the_one_error(
    parser: Callable[[bytes], object], octets: bytes
) -> None:
    with suppress(NoteError):
        parser(octets)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        (b"\xff", "UTF-8"),
        (b"text\n", "no signature lines"),
        (b"text\n\n", "no signature lines"),
        (b"text\r\n\n\xe2\x80\x94 n AAAAAAAA\n", "control"),
        ("text\n\n— n AAAA\n".encode(), "too short"),
        ("text\n\n— n AAA\n".encode(), "base64"),
        ("text\n\n— n AAAAAAB=\n".encode(), "mean nothing"),
        ("text\n\n— a+b AAAAAAAA\n".encode(), "em dash"),
        (b"text\n\n- n AAAAAAAA\n", "em dash"),
        (b"text\n\n" + "— n AAAAAAAA\n".encode() * 65, "more than 64"),
        (b"x" * 70000, "longer"),
    ],
)
def test_what_is_no_note_is_refused(written: bytes, reason: str) -> None:
    with pytest.raises(NoteError, match=reason):
        note.parse(written)


@given(
    st.integers(0, 2**62),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
)
def test_a_request_is_read_as_it_is_written(old: int, proof: list[bytes]) -> None:
    asked = Request(old, tuple(proof), note.sign(HEAD.text(), LOG.name, PRIVATE))

    assert request.parse(str(asked).encode()) == asked


def test_a_statement_is_read_as_it_is_written() -> None:
    statement = Statement(
        "nsor/log/epoch-2",
        HEAD,
        Checkpoint("nsor/log/epoch-2", 0, tree.EMPTY),
        1,
        7,
        "The disk failed.",
        ("officer:1", "officer:2"),
        1700000000,
    )

    assert request.parse_statement(statement.text()) == statement
