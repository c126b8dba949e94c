"""What officers decide reaches the citizen by itself: no restart, whatever else goes on."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from gateway_process import NSOR, GatewayProcess, Register, nsor
from raw_centre import RawBind, RawCentre
from sample_people import HEADER, LISTED_MAN, ROWS
from waiting import eventually

ROWS_OF_A_LARGE_BATCH = 100_000 if os.environ.get("NSOR_CHAOS") == "full" else 10_000


class World:
    """A register on one of the engines, a gateway on it, and a citizen with many telephones."""

    def __init__(self, register: Register, gateway: GatewayProcess, bind: RawBind) -> None:
        self.register = register
        self.gateway = gateway
        self._bind = bind
        self._asked = 0

    def is_warned_of(self, cnic: str) -> bool:
        """Text a number, each time from another telephone; tell whether a warning comes."""
        self._asked += 1
        text = b"EN " + cnic.encode()
        parts = self._bind.ask(self._asked, text, source=b"92300%07d" % self._asked)
        return b"".join(part.short_message for part in parts).startswith(b"Beware!")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def world(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    centre: RawCentre,
    start_gateway: Callable[..., GatewayProcess],
) -> World:
    """A register with the sample people in it, and a gateway that is bound."""
    database = request.getfixturevalue(f"{request.param}_database")
    register = Register({**os.environ, "NSOR_HOME": str(tmp_path / "office")})
    register.publish(_csv(tmp_path, (HEADER, *ROWS)))
    # The centre listens only while it asks, and a large import may take longer than a line's test.
    url = centre.url(operator="jazz", window=100, enquire_link=3600)
    gateway = start_gateway(url, NSOR_DATABASE_URL=database.url)
    return World(register, gateway, centre.accept_bind())


def test_a_quashed_conviction_is_not_told_any_more(world: World) -> None:
    assert world.is_warned_of(LISTED_MAN)

    world.register.appeal(LISTED_MAN, "quashed", "C-1")

    eventually(lambda: not world.is_warned_of(LISTED_MAN))


def test_what_a_second_officer_approves_is_told(world: World, tmp_path: Path) -> None:
    row = ROWS[0].replace(LISTED_MAN, "3520112345679").replace("C-1", "C-9")
    assert not world.is_warned_of("3520112345679")
    entered = _enter(world.register, _csv(tmp_path, (HEADER, row)))
    assert not world.is_warned_of("3520112345679")

    _start_approving(world.register, entered).wait()

    eventually(lambda: world.is_warned_of("3520112345679"))


def test_a_silence_does_not_wait_for_a_large_approval(world: World, tmp_path: Path) -> None:
    rows = (
        ROWS[0].replace(LISTED_MAN, f"42101{number:07d}1").replace("C-1", f"L-{number}")
        for number in range(ROWS_OF_A_LARGE_BATCH)
    )
    entered = _enter(world.register, _csv(tmp_path, (HEADER, *rows)))
    assert world.is_warned_of(LISTED_MAN)
    approving = _start_approving(world.register, entered)

    world.register.appeal(LISTED_MAN, "quashed", "C-1")
    eventually(lambda: not world.is_warned_of(LISTED_MAN))

    still_approving = approving.poll() is None
    assert approving.wait() == 0
    assert still_approving, "the approval was over too soon: this run has shown nothing"
    eventually(lambda: world.is_warned_of("4210100000001"))
    assert not world.is_warned_of(LISTED_MAN)


def _csv(folder: Path, rows: tuple[str, ...]) -> Path:
    path = folder / "entries.csv"
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def _enter(register: Register, csv: Path) -> int:
    arguments = ("import", str(csv), "--officer", "Officer One")
    found = nsor(*arguments, environment=register.environment, secret=register.entry)
    return int(found["batch"])


def _start_approving(register: Register, batch: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [NSOR, "approve", str(batch), "--officer", "Officer Two", "--json"],
        env={**register.environment, "NSOR_OFFICER_SECRET": register.approval},
        stdout=subprocess.DEVNULL,
    )
