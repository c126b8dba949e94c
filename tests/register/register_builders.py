"""Rows, files, officers and the command line, as the register's tests give them."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner
from django.db import connection

from nsor.accounts.models import Officer
from nsor.accounts.services import add_officer
from nsor.cli import nsor
from nsor.register import feed
from nsor.register.deciding import approve_batch
from nsor.register.importing import ImportOutcome, import_batch

ASLAM = "3520112345671"
YOUSAF = "3520198765431"
CASE = "12/2020"
_HIRED: dict[str, tuple[str, str]] = {}


def a_row(**changes: str) -> dict[str, str]:
    """Return a good row; a change to an empty text leaves the cell empty."""
    return {
        "cnic": ASLAM,
        "name_ur": "محمد اسلم",
        "father_name_ur": "غلام رسول",
        "name_en": "Muhammad Aslam",
        "father_name_en": "Ghulam Rasool",
        "date_of_birth": "1980-01-01",
        "offence_on": "2019-05-01",
        "court": "Sessions Court, Lahore",
        "case_number": "12/2020",
        "sections": "PPC 376",
        "convicted_on": "2020-06-01",
        "victim_category": "child",
    } | changes


def people_rows(count: int, start: int = 0) -> Iterator[dict[str, str]]:
    """Yield rows of as many men."""
    for number in range(start, start + count):
        yield a_row(cnic=f"35201{number:07}1", case_number=f"{number}/2020")


def a_file(*rows: dict[str, str]) -> bytes:
    """Return a CSV file; its columns are those that any of the rows has."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


@dataclass(frozen=True)
class Answer:
    """What a command said."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def object(self) -> Any:
        """The one JSON object on standard output."""
        return json.loads(self.stdout)

    @property
    def codes(self) -> list[str]:
        """The codes of what was refused."""
        return [error["code"] for error in self.object["errors"]]


class Office:
    """A register with two officers, driven through the command line and the services."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.secrets: dict[str, str] = {}
        self.amna = self.hire("Amna", "entry")
        self.bilal = self.hire("Bilal", "approval")
        self._files = 0

    def hire(self, name: str, role: str) -> Officer:
        if name not in _HIRED:  # hashing a secret is slow, so each name is hired once
            officer, secret = add_officer(name, role)
            _HIRED[name] = (secret, officer.secret_hash)
        else:
            officer = Officer.objects.create(name=name, role=role, secret_hash=_HIRED[name][1])
        self.secrets[name] = _HIRED[name][0]
        return officer

    def file(self, content: bytes) -> str:
        self._files += 1
        path = self.folder / f"file{self._files}.csv"
        path.write_bytes(content)
        return str(path)

    def run(self, *words: str, secret: str | None = None) -> Answer:
        """Run ``nsor``, with the secret of the officer that the words name."""
        words = tuple(str(word) for word in words)
        if secret is None and "--officer" in words:
            secret = self.secrets.get(words[words.index("--officer") + 1], "wrong")
        result = CliRunner().invoke(nsor, words, env={"NSOR_OFFICER_SECRET": secret})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)

    def imports(self, *rows: dict[str, str], options: tuple[str, ...] = ()) -> Answer:
        path = self.file(a_file(*rows))
        return self.run("import", path, "--officer", "Amna", "--json", *options)

    def approves(self, batch: int) -> Answer:
        return self.run("approve", str(batch), "--officer", "Bilal", "--json")

    def appeals(self, state: str, *, cnic: str = ASLAM, case: str = "12/2020") -> Answer:
        words = ("appeal", cnic, state, "--case", case, "--officer", "Amna")
        return self.run(*words, "--reason", "order of the court", "--json")

    def withdraws(self, cnic: str = ASLAM) -> Answer:
        words = ("withdraw", cnic, "--officer", "Amna", "--reason", "wrong number", "--json")
        return self.run(*words)

    def shows(self, batch: int) -> list[dict[str, Any]]:
        people: list[dict[str, Any]] = self.run("batch", "show", str(batch), "--json").object[
            "people"
        ]
        return people

    def entered(self, *rows: dict[str, str]) -> int:
        """Enter rows by the service; return the batch."""
        outcome: ImportOutcome = import_batch(io.BytesIO(a_file(*rows)), self.amna)
        assert outcome.batch is not None, list(outcome.errors)
        return outcome.batch

    def published(self, *rows: dict[str, str]) -> int:
        """Enter rows and approve them; return the batch."""
        batch = self.entered(*rows)
        approve_batch(batch, self.bilal)
        return batch


def with_two_listed(office: Office) -> Office:
    """Have an office publish Aslam and Yousaf, of the same case number."""
    yousaf = a_row(cnic=YOUSAF, case_number=CASE, name_ur="یوسف علی", name_en="Yousaf Ali")
    office.published(a_row(), yousaf)
    return office


def is_listed(cnic: str = ASLAM) -> bool:
    """Tell what the feed says of somebody now."""
    publication = feed.current(cnic)
    return publication is not None and publication.listed


@contextmanager
def process(*words: str, secret: str = "") -> Iterator[subprocess.Popen[str]]:
    """Run ``nsor`` as a process of its own; it is killed at the end if it still runs."""
    started = subprocess.Popen(
        [sys.executable, "-m", "nsor.cli", *words],
        env={**os.environ, "NSOR_OFFICER_SECRET": secret},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with started:
        try:
            yield started
        finally:
            if started.poll() is None:
                started.kill()


def in_thread_of_its_own(act: Callable[[], object]) -> None:
    """Run an act in a thread, and give the connections of the thread up."""
    try:
        act()
    finally:
        connection.close()
        feed.close()
