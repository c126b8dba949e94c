"""Officers who change the law, by the services and by the command line."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from click.testing import CliRunner

from nsor.accounts.models import Officer
from nsor.accounts.services import add_officer
from nsor.commands.law import policy
from nsor.law import changes
from nsor.law.calendar import today
from nsor.law.models import Change

_HIRED: dict[str, tuple[str, str]] = {}
TODAY = today()
TOMORROW = TODAY + timedelta(1)


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


class Officers:
    """Amna proposes, Bilal approves; Chanda may approve too, Danish only audits."""

    def __init__(self) -> None:
        self.secrets: dict[str, str] = {}
        self.amna = self._hire("Amna", "entry")
        self.bilal = self._hire("Bilal", "approval")
        self.chanda = self._hire("Chanda", "approval")
        self.danish = self._hire("Danish", "audit")

    def _hire(self, name: str, role: str) -> Officer:
        if name not in _HIRED:  # hashing a secret is slow, so each name is hired once
            officer, secret = add_officer(name, role)
            _HIRED[name] = (secret, officer.secret_hash)
        else:
            officer = Officer.objects.create(name=name, role=role, secret_hash=_HIRED[name][1])
        self.secrets[name] = _HIRED[name][0]
        return officer

    def proposes(
        self, kind: str, since: date = TODAY, *, by: Officer | None = None, **values: Any
    ) -> Change:
        """Have Amna propose a row; the options of a proposal come with a leading underscore."""
        options = {name[1:]: values.pop(name) for name in list(values) if name[0] == "_"}
        instrument = options.pop("instrument", "S.R.O. 1")
        return changes.propose(
            kind, values, by or self.amna, "as ordered", since, instrument, **options
        )

    def enacts(self, kind: str, since: date = TODAY, **values: Any) -> Change:
        """Have Amna propose a row and Bilal enact it."""
        return changes.approve(self.proposes(kind, since, **values).pk, self.bilal)

    def run(self, *words: str) -> Answer:
        """Run ``nsor policy``, with the secret of the officer that the words name."""
        secret = "none"
        if "--officer" in words:
            secret = self.secrets.get(words[words.index("--officer") + 1], "wrong")
        result = CliRunner().invoke(policy, words, env={"NSOR_OFFICER_SECRET": secret})
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Answer(result.exit_code, result.stdout, result.stderr)
