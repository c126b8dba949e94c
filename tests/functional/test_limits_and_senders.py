"""Who is answered, and how often.

The day is that of Asia/Karachi. A gateway whose clock shows what a test says is a real process
all the same: its ``time.time`` is moved before anything of it is imported.
"""

import itertools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from gateway_process import GatewayProcess, Steady
from raw_centre import RawBind, RawCentre, deliver_sm, tlv
from sample_people import LISTED_MAN, UNLISTED

Start = Callable[..., GatewayProcess]

KARACHI = ZoneInfo("Asia/Karachi")
CHECK = b"EN " + UNLISTED.encode()
ANSWERED = b"CNIC 5440112345677: no record of conviction for a sexual offence was found."
OVER_LIMIT_EN = b"You have used up today's checks. Please try again tomorrow."
OVER_LIMIT_UR = bytes.fromhex(
    "0622067e002006a906cc00200622062c002006a906cc0020062d062f0020064506a906450644002006c1"
    "06480020068606a906cc002006c106d206d4002006280631062706c1002006a906310645002006a90644"
    "0020062f064806280627063106c1002006a9064806340634002006a9063106cc06ba06d4"
)
UNREADABLE_EN = b"Please write the 13-digit CNIC number and send it to 7000."

_MOVE_THE_CLOCK = """
import os, time
_real, _by = time.time, float(os.environ["CLOCK_MOVED_BY"])
time.time = lambda: _real() + _by
"""


_sequences = itertools.count(1)


def ask(bind: RawBind, text: bytes = CHECK, **fields: object) -> list[bytes]:
    """Deliver a text; it is acknowledged. Returns what is answered: nothing, or one part."""
    sequence = next(_sequences)
    bind.send(deliver_sm(sequence, text, **fields))  # type: ignore[arg-type]
    bind.expect_acknowledged(sequence)
    return [part.short_message for part in bind.accept_all()]


# Checks of a day


@pytest.fixture(scope="module")
def limited(start_steady: Callable[..., Steady]) -> RawBind:
    """The bind of a gateway that lets a sender check three times; each test has its own sender."""
    return start_steady(NSOR_DAILY_LIMIT="3").bind


def test_the_limit_counts_checks_repeats_included(limited: RawBind) -> None:
    sender = {"source": b"923000000001"}

    assert [ask(limited, **sender) for _ in range(3)] == [[ANSWERED]] * 3
    assert ask(limited, **sender) == [OVER_LIMIT_EN]
    assert ask(limited, **sender) == []
    assert ask(limited, LISTED_MAN.encode(), **sender) == []


def test_over_the_limit_in_urdu(limited: RawBind) -> None:
    sender = {"source": b"923000000002"}
    for _ in range(3):
        ask(limited, **sender)

    assert ask(limited, LISTED_MAN.encode(), **sender) == [OVER_LIMIT_UR]


def test_what_is_unreadable_is_no_check(limited: RawBind) -> None:
    sender = {"source": b"923000000003"}

    assert [ask(limited, b"EN what?", **sender) for _ in range(4)] == [[UNREADABLE_EN]] * 4
    assert [ask(limited, **sender) for _ in range(3)] == [[ANSWERED]] * 3
    assert ask(limited, **sender) == [OVER_LIMIT_EN]
    assert ask(limited, b"EN what?", **sender) == [UNREADABLE_EN]
    assert ask(limited, b"EN what?", **sender) == []


def test_the_limit_is_each_sender_s_own(limited: RawBind) -> None:
    for number in range(100, 105):
        assert ask(limited, source=b"923000000%d" % number) == [ANSWERED]


def test_those_who_are_not_answered_use_up_nothing(limited: RawBind) -> None:
    sender = b"923000000004"
    for _ in range(5):
        assert ask(limited, source=sender, source_ton=5) == []
        assert ask(limited, source=sender, esm_class=4) == []

    assert ask(limited, source=sender) == [ANSWERED]


def test_twenty_checks_where_nothing_is_set(start_gateway: Start, centre: RawCentre) -> None:
    start_gateway(centre.url())
    bind = centre.accept_bind()

    answers = [ask(bind) for _ in range(22)]

    assert answers == [[ANSWERED]] * 20 + [[OVER_LIMIT_EN], []]


SPELLINGS = [
    {"source": b"+923001234567", "source_ton": 1},
    {"source": b"00923001234567", "source_ton": 0},
    {"source": b"923001234567", "source_ton": 1},
    {"source": b"03001234567", "source_ton": 2},
]


def test_four_spellings_are_one_sender(limited: RawBind) -> None:
    *three, last = SPELLINGS

    assert [ask(limited, **spelling) for spelling in three] == [[ANSWERED]] * 3
    assert ask(limited, **last) == [OVER_LIMIT_EN]
    assert [ask(limited, **spelling) for spelling in SPELLINGS] == [[]] * 4


def test_the_limit_holds_across_operators(
    start_gateway: Start, centre: RawCentre, other_centre: RawCentre
) -> None:
    start_gateway(
        centre.url(operator="jazz"), other_centre.url(operator="zong"), NSOR_DAILY_LIMIT="1"
    )
    jazz, zong = centre.accept_bind(), other_centre.accept_bind()

    assert ask(jazz) == [ANSWERED]
    assert ask(zong) == [OVER_LIMIT_EN]


@pytest.mark.parametrize("killed", [False, True], ids=["terminated", "killed"])
def test_counts_and_notices_outlive_the_process(
    start_gateway: Start, centre: RawCentre, killed: bool
) -> None:
    def started_again() -> RawBind:
        if killed:
            gateway.kill()
        else:
            gateway.terminate_bound(bind)
        gateway.start()
        anew = centre.accept_bind()
        anew.accept_all()  # after a kill, an answer may go twice
        return anew

    gateway = start_gateway(centre.url(), NSOR_DAILY_LIMIT="1")
    bind = centre.accept_bind()
    assert ask(bind) == [ANSWERED]

    # Texts that differ: after a kill, the same one might be a message that comes again.
    bind = started_again()
    assert ask(bind, CHECK + b" b") == [OVER_LIMIT_EN]
    bind = started_again()
    assert ask(bind, CHECK + b" c") == []


Clock = Callable[[str], RawBind]


@pytest.fixture
def at(start_gateway: Start, centre: RawCentre, tmp_path: Path) -> Clock:
    """Have one gateway, with a limit of one check, and start it anew at a time in Karachi."""
    folder = tmp_path / "clock"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(_MOVE_THE_CLOCK)
    running: list[tuple[GatewayProcess, RawBind]] = []

    def start(time: str) -> RawBind:
        for gateway, bind in running:
            assert gateway.terminate_bound(bind) == 0
        running.clear()
        moved_by = datetime.fromisoformat(time).replace(tzinfo=KARACHI) - datetime.now(KARACHI)
        gateway = start_gateway(
            centre.url(),
            NSOR_DAILY_LIMIT="1",
            PYTHONPATH=str(folder),
            CLOCK_MOVED_BY=str(moved_by.total_seconds()),
        )
        running.append((gateway, centre.accept_bind()))
        return running[0][1]

    return start


def test_the_day_ends_at_midnight_in_karachi(at: Clock) -> None:
    bind = at("2026-03-01T00:01")
    assert [ask(bind), ask(bind)] == [[ANSWERED], [OVER_LIMIT_EN]]

    assert ask(at("2026-03-01T23:55")) == [OVER_LIMIT_EN]
    assert ask(at("2026-03-02T00:01")) == [ANSWERED]


def test_over_the_limit_is_said_once_in_any_sixty_minutes(at: Clock) -> None:
    bind = at("2026-03-01T12:50")
    assert [ask(bind), ask(bind)] == [[ANSWERED], [OVER_LIMIT_EN]]

    assert ask(at("2026-03-01T13:10")) == []
    assert ask(at("2026-03-01T13:48")) == []
    assert ask(at("2026-03-01T13:52")) == [OVER_LIMIT_EN]
    assert ask(at("2026-03-01T14:10")) == []


def test_unreadable_is_said_five_times_in_any_sixty_minutes(at: Clock) -> None:
    unreadable = b"EN what?"
    bind = at("2026-03-01T12:40")
    assert [ask(bind, unreadable) for _ in range(2)] == [[UNREADABLE_EN]] * 2
    bind = at("2026-03-01T13:20")
    assert [ask(bind, unreadable) for _ in range(4)] == [[UNREADABLE_EN]] * 3 + [[]]

    bind = at("2026-03-01T13:45")
    assert [ask(bind, unreadable) for _ in range(3)] == [[UNREADABLE_EN]] * 2 + [[]]
    assert ask(bind) == [ANSWERED]


def test_without_a_limit_everything_is_answered(steady: Steady) -> None:
    assert [ask(steady.bind) for _ in range(30)] == [[ANSWERED]] * 30
    assert [ask(steady.bind, b"EN what?") for _ in range(8)] == [[UNREADABLE_EN]] * 8


# Who is no subscriber, and what is no text


@pytest.mark.parametrize(
    ("sender", "ton"),
    [
        (b"7000", 3),
        (b"7000", 0),
        (b"123456", 1),
        (b"1234567890123456", 1),
        (b"+", 1),
        (b"", 0),
        (b"++923001234567", 1),
        (b"92300 1234567", 1),
        (b"92300-1234567", 1),
        (b"92300123456a", 1),
        (b"JAZZ", 5),
        (b"923001234567", 3),
        (b"923001234567", 4),
        (b"923001234567", 5),
        (b"923001234567", 6),
        (b"923001234567", 0xFF),
        ("\u0669\u0662\u0663\u0660\u0660\u0661\u0662".encode(), 1),
        (b"\xff\xfe9230012345", 1),
    ],
)
def test_nobody_but_a_subscriber_is_answered(steady: Steady, sender: bytes, ton: int) -> None:
    assert ask(steady.bind, source=sender, source_ton=ton) == []
    assert ask(steady.bind, b"what?", source=sender, source_ton=ton) == []


RECEIPT = (
    b"id:42 sub:001 dlvrd:001 submit date:2601010000 done date:2601010000 stat:DELIVRD err:000"
)


@pytest.mark.parametrize("text", [RECEIPT, CHECK], ids=["a receipt's text", "a check's text"])
@pytest.mark.parametrize(
    "fields",
    [
        *(pytest.param({"esm_class": kind << 2}, id=f"type {kind}") for kind in range(1, 16)),
        pytest.param({"tlvs": tlv(0x001E, b"42\0")}, id="receipted_message_id"),
        pytest.param({"tlvs": tlv(0x0427, b"\2") + tlv(0x001E, b"42\0")}, id="and its state"),
    ],
)
def test_a_receipt_is_never_answered(
    steady: Steady, fields: dict[str, object], text: bytes
) -> None:
    assert ask(steady.bind, text, **fields) == []


def test_the_mode_of_a_message_makes_no_receipt_of_it(steady: Steady) -> None:
    assert [ask(steady.bind, esm_class=mode) for mode in range(4)] == [[ANSWERED]] * 4
