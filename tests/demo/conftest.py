"""A demo that ran once, and copies of its home for others to start in."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from demo_process import DemoProcess


@pytest.fixture
def demo_in(tmp_path: Path) -> Iterator[Callable[..., DemoProcess]]:
    """Make demos; whatever a test leaves running is ended."""
    made: list[DemoProcess] = []

    def make(home: Path | None = None, **environment: str) -> DemoProcess:
        demo = DemoProcess(home or tmp_path / f"home-{len(made)}", **environment)
        made.append(demo)
        return demo

    yield make
    for demo in made:
        demo.end()


@pytest.fixture(scope="session")
def _first_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("demo") / "home"
    demo = DemoProcess(home)
    try:
        demo.ready()
        assert demo.interrupt() == 0
    finally:
        demo.end()
    return home


@pytest.fixture
def home(_first_home: Path, tmp_path: Path) -> Path:
    """A home in which a demo ran once."""
    made = tmp_path / "home"
    shutil.copytree(_first_home, made)
    return made
