"""A register of four people, made once through the command line and copied for each gateway."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from gateway_process import GatewayProcess, Register, Steady
from raw_centre import RawCentre
from sample_people import HEADER, ROWS


@pytest.fixture(scope="session")
def _sample_home(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Register]:
    home = tmp_path_factory.mktemp("sample")
    environment = {**os.environ, "NSOR_HOME": str(home)}
    environment.pop("NSOR_DATABASE_URL", None)
    register = Register(environment)
    csv = home / "entries.csv"
    csv.write_text("\n".join((HEADER, *ROWS)) + "\n", "utf-8")
    register.publish(csv)
    csv.unlink()
    return home, register


@pytest.fixture
def home(tmp_path: Path, _sample_home: tuple[Path, Register]) -> Path:
    """A home of its own, with the sample register in it."""
    made = tmp_path / "home"
    shutil.copytree(_sample_home[0], made)
    return made


@pytest.fixture
def register(home: Path, _sample_home: tuple[Path, Register]) -> Register:
    """The register in ``home``, for its officers to change."""
    made = Register.__new__(Register)
    made.environment = {**_sample_home[1].environment, "NSOR_HOME": str(home)}
    made.entry, made.approval = _sample_home[1].entry, _sample_home[1].approval
    return made


@pytest.fixture
def centre() -> Iterator[RawCentre]:
    """A message centre by hand, listening."""
    made = RawCentre()
    yield made
    made.close()


@pytest.fixture
def other_centre() -> Iterator[RawCentre]:
    """Another message centre by hand, listening."""
    made = RawCentre()
    yield made
    made.close()


@pytest.fixture
def gateway(home: Path, centre: RawCentre) -> Iterator[GatewayProcess]:
    """A gateway that is started and will bind to ``centre`` once."""
    made = GatewayProcess(home, centre.url(operator="jazz")).start()
    yield made
    made.end()


@pytest.fixture
def start_gateway(home: Path) -> Iterator[Callable[..., GatewayProcess]]:
    """Start gateways on ``home``: their NSOR_SMSC_URLS and further variables as given."""
    started: list[GatewayProcess] = []

    def start(*urls: str, **environment: str) -> GatewayProcess:
        started.append(GatewayProcess(home, " ".join(urls), **environment).start())
        return started[-1]

    yield start
    for gateway in started:
        gateway.end()


@pytest.fixture(scope="module")
def start_steady(
    tmp_path_factory: pytest.TempPathFactory, _sample_home: tuple[Path, Register]
) -> Iterator[Callable[..., Steady]]:
    """Start gateways (of operator ``jazz``) that all tests of a module share."""
    started: list[tuple[GatewayProcess, RawCentre]] = []

    def start(**environment: str) -> Steady:
        home = tmp_path_factory.mktemp("steady") / "home"
        shutil.copytree(_sample_home[0], home)
        centre = RawCentre()
        gateway = GatewayProcess(home, centre.url(operator="jazz"), **environment).start()
        started.append((gateway, centre))
        return Steady(gateway, centre.accept_bind())

    yield start
    for gateway, centre in started:
        gateway.end()
        centre.close()


@pytest.fixture(scope="module")
def steady(start_steady: Callable[..., Steady]) -> Steady:
    """One gateway without limits, for all tests of a module that leave it as it was."""
    return start_steady(NSOR_DAILY_LIMIT="0")
