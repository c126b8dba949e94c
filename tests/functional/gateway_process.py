"""The gateway as a real process, as an operator of it would start it.

``GatewayProcess`` runs ``nsor gateway`` with a home of its own; nothing of it is imported here.
``register_of`` makes a SQLite register through the command line: two officers, one batch.
"""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from raw_centre import RawBind
from waiting import eventually, free_port

NSOR = str(Path(sys.executable).with_name("nsor"))
DEADLINE = 30.0

_T = TypeVar("_T")


class GatewayProcess:
    """One gateway: its home, its environment, and its process while it runs."""

    def __init__(self, home: Path, smsc_urls: str, **environment: str) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)
        self.ops_port = free_port()
        self.environment = {
            **os.environ,
            "NSOR_HOME": str(home),
            "NSOR_SMSC_URLS": smsc_urls,
            "NSOR_OPS_BIND": f"127.0.0.1:{self.ops_port}",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def log_file(self) -> Path:
        return self.home / "gateway.log"

    def start(self, *prefix: str) -> "GatewayProcess":
        """Start it (under ``prefix``, such as strace); does not wait."""
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [*prefix, NSOR, "gateway"],
                env=self.environment,
                stdout=log,
                stderr=log,
                cwd=self.home,
            )
        return self

    def wait_until_ready(self) -> "GatewayProcess":
        """Wait until it is bound and fresh."""
        eventually(lambda: self.readiness()["ready"], what=f"ready; log: {self.log()[-2000:]}")
        return self

    def readiness(self) -> dict[str, Any]:
        """Return what /readyz says; not ready where nobody listens yet."""
        try:
            with urllib.request.urlopen(self._url("readyz"), timeout=5) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            return dict(json.load(error))
        except OSError:
            return {"ready": False, "reasons": ["not_listening"]}

    def metrics(self) -> dict[str, float]:
        """Return every sample of /metrics, by its name with its labels as they are written."""
        with urllib.request.urlopen(self._url("metrics"), timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        samples = (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
        return {name: float(value) for name, value in samples}

    def log(self) -> str:
        """Return everything that it wrote."""
        return self.log_file.read_text() if self.log_file.exists() else ""

    def terminate(self) -> int:
        """Send SIGTERM and return the exit code."""
        return self._end(signal.SIGTERM)

    def terminate_bound(self, bind: RawBind) -> int:
        """Send SIGTERM, agree to the unbind that follows, and return the exit code."""
        assert self.process is not None
        self.process.terminate()
        bind.agree_to_unbind()
        return self.process.wait(timeout=DEADLINE)

    def kill(self) -> None:
        """Send SIGKILL: nothing is finished."""
        self._end(signal.SIGKILL)

    def end(self) -> None:
        """Make sure that it does not run any more."""
        if self.process is not None and self.process.poll() is None:
            self.kill()

    def _end(self, number: signal.Signals) -> int:
        assert self.process is not None
        self.process.send_signal(number)
        return self.process.wait(timeout=DEADLINE)

    def _url(self, page: str) -> str:
        return f"http://127.0.0.1:{self.ops_port}/{page}"


class Steady(NamedTuple):
    """A gateway that several tests share, and the one bind that it has."""

    gateway: GatewayProcess
    bind: RawBind


def nsor(*arguments: str, environment: Mapping[str, str], secret: str = "") -> dict[str, Any]:
    """Run a command with ``--json`` and return its object; fails where it is refused."""
    done = subprocess.run(
        [NSOR, *arguments, "--json"],
        env={**environment, "NSOR_OFFICER_SECRET": secret},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}: {done.stdout} {done.stderr}"
    return dict(json.loads(done.stdout))


class Register:
    """A register behind the command line: an entering and an approving officer."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.environment = dict(environment)
        subprocess.run([NSOR, "migrate"], env=self.environment, check=True, capture_output=True)
        self.entry = self._officer("Officer One", "entry")
        self.approval = self._officer("Officer Two", "approval")

    def _officer(self, name: str, role: str) -> str:
        added = nsor("officer", "add", name, "--role", role, environment=self.environment)
        return str(added["secret"])

    def publish(self, csv: Path) -> int:
        """Enter and approve a file; returns the last sequence."""
        entered = nsor(
            "import",
            str(csv),
            "--officer",
            "Officer One",
            environment=self.environment,
            secret=self.entry,
        )
        approved = nsor(
            "approve",
            str(entered["batch"]),
            "--officer",
            "Officer Two",
            environment=self.environment,
            secret=self.approval,
        )
        return int(approved["sequence"])

    def appeal(self, cnic: str, state: str, case: str) -> dict[str, Any]:
        """Record an appeal state."""
        return nsor(
            *("appeal", cnic, state, "--case", case, "--officer", "Officer Two"),
            *("--reason", "Order of the appellate court."),
            environment=self.environment,
            secret=self.approval,
        )
