"""A recipient's key, backups of an office, and restores, as the tests of backups give them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyrage
from django.db import connections
from register_builders import ASLAM, Answer, Office, process

from nsor import settings
from nsor.disclosure import single
from nsor.register import feed


class Vault(Office):
    """An office with a second approver, and the place where the backups' key is."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.sana = self.hire("Sana", "approval")
        identity = pyrage.x25519.Identity.generate()
        self.recipient = str(identity.to_public())
        self.key = folder / "recipient.key"
        self.key.write_text(f"# made for a test\n{identity}\n")
        self.kept = folder / "kept"
        self.keystore = folder / "keystore.age"

    def back_up(self, *options: str) -> Path:
        """Take a backup into a folder; return its file."""
        words = ("backup", str(self.kept), "--recipient", self.recipient, "--json", *options)
        answer = self.run(*words)
        assert answer.exit_code == 0, answer
        return Path(answer.object["path"])

    def restores(self, file: Path, *options: str) -> Answer:
        return self.run("restore", str(file), "--identity", str(self.key), "--json", *options)

    def restored(self, file: Path) -> dict[str, Any]:
        """Restore over what is there; return what that did."""
        answer = self.restores(file, "--replace")
        assert answer.exit_code == 0, answer
        found: dict[str, Any] = answer.object
        return found

    def confirms(self, name: str) -> Answer:
        return self.run("restore", "confirm", "--officer", name, "--json")

    def confirmed(self) -> None:
        """Have two officers confirm."""
        for name in ("Bilal", "Sana"):
            answer = self.confirms(name)
            assert answer.exit_code == 0, answer

    def verifies(self, file: Path, *options: str) -> Answer:
        words = ("restore", str(file), "--identity", str(self.key), "--verify-only", "--json")
        return self.run(*words, *options)

    def runs_apart(self, *words: str, secret: str = "") -> str:
        """Run ``nsor`` as a process of its own; return what it printed."""
        with process(*words, secret=secret) as started:
            printed, complaints = started.communicate(timeout=120)
        assert started.returncode == 0, printed + complaints
        return printed

    def trail(self) -> Answer:
        return self.run("audit", "verify", "--json")


def told(cnic: str = ASLAM) -> str:
    """Return what the public is told of somebody: listed, not_listed, unavailable."""
    return single.check(cnic, "public", short_code="7000").outcome


@contextmanager
def using(url: str) -> Iterator[None]:
    """Have this process, and those that it starts, use another database with the same keys."""
    before, named = dict(connections.settings), os.environ["NSOR_DATABASE_URL"]
    _use({**before, "default": settings.database(url)})
    os.environ["NSOR_DATABASE_URL"] = url
    try:
        yield
    finally:
        os.environ["NSOR_DATABASE_URL"] = named
        _use(before)


def _use(databases: dict[str, Any]) -> None:
    feed.close()
    connections["default"].close()
    del connections["default"]
    connections.settings.update(connections.configure_settings(databases))
