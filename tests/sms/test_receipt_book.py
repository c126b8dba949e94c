"""Which receipt names which part: ids in any notation, in any order, within bounds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nsor.sms import receipt_book as module
from nsor.sms.outbox.interface import Receipted, Sent
from nsor.sms.receipt_book import STATES, ReceiptBook
from nsor.sms.receipts import Receipt

PART, OTHER = (7, 1, 0), (7, 2, 1)


def delivered(message_id: str | None) -> Receipt:
    return Receipt(message_id, "delivered", True)


@pytest.mark.parametrize(
    ("in_response", "in_receipt"),
    [
        ("12345", "12345"),
        ("0012345", "12345"),
        ("12345", "0000012345"),
        ("AB12F", "ab12f"),
        ("ab12f", "00AB12F"),
        ("3039", "12345"),  # hexadecimal first, decimal then
        ("12345", "3039"),
        ("12345", "00003039"),
        ("a-b:C", "A-B:c"),
        ("0", "000"),
    ],
)
def test_a_receipt_names_the_part_however_its_id_is_written(
    in_response: str, in_receipt: str
) -> None:
    book = ReceiptBook()
    sent, early = book.sent("jazz", in_response, PART)
    assert early is None
    assert sent[:3] == PART

    assert book.receipted("jazz", delivered(in_receipt)) == Receipted(*PART, STATES["delivered"])
    assert book.receipted("jazz", delivered(in_receipt)) is None, "it is recorded once"


@pytest.mark.parametrize(("in_response", "in_receipt"), [("12345", "12345"), ("3039", "12345")])
def test_a_receipt_that_comes_first_waits_for_its_response(
    in_response: str, in_receipt: str
) -> None:
    book = ReceiptBook()
    assert book.receipted("jazz", Receipt(in_receipt, "failed", True)) is None

    sent, early = book.sent("jazz", in_response, PART)

    assert early == Receipted(*PART, STATES["failed"])
    assert sent[:3] == PART
    assert book.sent("jazz", in_response, OTHER)[1] is None, "it waited for one part"


def test_a_receipt_that_came_first_is_nobody_elses_afterwards() -> None:
    """10 decimal is a hexadecimal, and 10 hexadecimal is 16 decimal: neither is meant twice."""
    book = ReceiptBook()
    book.receipted("jazz", delivered("10"))
    assert book.sent("jazz", "10", PART)[1] is not None

    assert book.sent("jazz", "16", OTHER)[1] is None
    assert book.sent("jazz", "a", (7, 3, 0))[1] is None


def test_the_id_as_it_was_written_goes_before_the_same_in_another_notation() -> None:
    book = ReceiptBook()
    book.sent("jazz", "16", OTHER)
    book.sent("jazz", "10", PART)

    assert book.receipted("jazz", delivered("10")) == Receipted(*PART, STATES["delivered"])
    assert book.receipted("jazz", delivered("16")) == Receipted(*OTHER, STATES["delivered"])


def test_operators_number_for_themselves() -> None:
    book = ReceiptBook()
    book.sent("jazz", "1", PART)

    assert book.receipted("zong", delivered("1")) is None
    assert book.receipted("jazz", delivered("1")) is not None


@pytest.mark.parametrize("state", ["pending", "unknown"])
def test_what_is_not_final_is_not_recorded(state: str) -> None:
    book = ReceiptBook()
    book.sent("jazz", "1", PART)

    assert book.receipted("jazz", Receipt("1", state, False)) is None  # type: ignore[arg-type]
    assert book.receipted("jazz", delivered("1")) is not None


def test_a_receipt_without_an_id_names_nothing() -> None:
    assert ReceiptBook().receipted("jazz", delivered(None)) is None


def test_what_was_sent_is_known_after_a_restart() -> None:
    book = ReceiptBook()
    sent, _ = book.sent("jazz", "00AB", PART)
    again = ReceiptBook()

    again.restore([sent])

    assert again.receipted("jazz", delivered("ab")) == Receipted(*PART, STATES["delivered"])


def test_the_oldest_parts_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_PARTS", 3)
    book = ReceiptBook()
    for n in range(1, 6):
        book.sent("jazz", f"x{n}", (n, 0, 0))

    known = [book.receipted("jazz", delivered(f"x{n}")) for n in range(1, 6)]
    assert [one is not None for one in known] == [False, False, True, True, True]
    restored = ReceiptBook()
    restored.restore([Sent(n, 0, 0, "jazz", f"x{n}") for n in range(1, 6)])
    assert restored.receipted("jazz", delivered("x2")) is None
    assert restored.receipted("jazz", delivered("x3")) is not None


def test_early_receipts_are_bounded_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_EARLY", 4)
    book = ReceiptBook()
    for n in range(100):
        book.receipted("jazz", delivered(f"x{n}"))

    assert book.sent("jazz", "x0", PART)[1] is None
    assert book.sent("jazz", "x99", PART)[1] is not None


@given(
    st.lists(
        st.tuples(st.booleans(), st.integers(1, 300)), unique_by=lambda step: step, max_size=60
    )
)
def test_with_ids_that_are_no_numbers_every_order_finds_every_part(
    steps: list[tuple[bool, int]],
) -> None:
    """Each part and each receipt comes once, in any order: what met is recorded, once."""
    book = ReceiptBook()
    recorded = set()
    for is_receipt, n in steps:
        found = (
            book.receipted("jazz", delivered(f"m-{n}"))
            if is_receipt
            else book.sent("jazz", f"M-{n}", (n, 0, 0))[1]
        )
        if found is not None:
            assert found == Receipted(n, 0, 0, STATES["delivered"])
            assert n not in recorded
            recorded.add(n)

    assert recorded == {n for _, n in steps if (True, n) in steps and (False, n) in steps}
