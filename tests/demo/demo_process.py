"""``nsor demo`` as a real process, as somebody who tries it would start it."""

import json
import os
import re
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

from waiting import eventually

NSOR = str(Path(sys.executable).with_name("nsor"))
DEADLINE = 60.0
READY = "Ctrl-C ends the demo."
PLACES = ("NSOR_WEB_BIND", "NSOR_OPS_BIND", "NSOR_DEMO_SMSC_BIND")


class DemoProcess:
    """One demo: its home, its output, and its process; ports are any free ones."""

    def __init__(self, home: Path, **environment: str) -> None:
        self.home = home
        self.output = home.with_name(f"{home.name}.output")
        inherited = {name: value for name, value in os.environ.items() if name[:5] != "NSOR_"}
        self.environment = {
            **inherited,
            **dict.fromkeys(PLACES, "127.0.0.1:0"),
            "NSOR_HOME": str(home),
            "SPT_NOENV": "1",  # a process that gives itself a title leaves its environment alone
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "DemoProcess":
        """Start it, leading a process group as a shell would have it; does not wait."""
        with self.output.open("wb") as output:
            self.process = subprocess.Popen(
                [NSOR, "demo"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,
            )
        return self

    def ready(self) -> "DemoProcess":
        """Start it and wait until it says where to go."""
        self.start()
        eventually(lambda: READY in self.said() or not self.runs, "the demo is ready")
        assert self.runs, self.said()
        return self

    @property
    def runs(self) -> bool:
        assert self.process is not None
        return self.process.poll() is None

    @property
    def address(self) -> str:
        """Return where it says that its pages are."""
        found = re.search(r"Open (http://\S+)/ ", self.said())
        assert found, self.said()
        return found[1]

    def said(self) -> str:
        """Return everything that it printed."""
        return self.output.read_text("utf-8")

    def interrupt(self) -> int:
        """Press Ctrl-C: the terminal sends SIGINT to the whole group. Return the exit code."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGINT)
        return self.exit_code()

    def send(self, number: signal.Signals) -> int:
        """Send a signal to the demo alone and return the exit code."""
        assert self.process is not None
        self.process.send_signal(number)
        return self.exit_code()

    def exit_code(self) -> int:
        """Wait until it ends."""
        assert self.process is not None
        return self.process.wait(DEADLINE)

    def processes(self) -> dict[int, str]:
        """Return the command lines of all processes of this demo, by their home; itself too."""
        mark = f"NSOR_HOME={self.home}".encode()
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                    found[int(folder.name)] = command
            except OSError:
                continue
        # one that has ended and is not yet reaped has neither environment nor command line
        return found

    def reached_by_ctrl_c(self) -> set[int]:
        """Return the processes of it that the terminal would interrupt: those of its group."""
        assert self.process is not None
        return {pid for pid in self.processes() if os.getpgid(pid) == self.process.pid}

    def kill(self, part: str) -> None:
        """Send SIGKILL to the process whose command line has ``part``, the first of its kind."""
        os.kill(min(pid for pid, line in self.processes().items() if part in line), signal.SIGKILL)

    def end(self) -> None:
        """Make sure that nothing of it runs any more."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)
        if self.process is not None:
            self.process.wait(DEADLINE)

    def nsor(self, *arguments: str, secret: str = "") -> dict[str, Any]:
        """Run a command on the demo's register; return the object that it prints."""
        done = subprocess.run(
            [NSOR, *arguments, "--json"],
            env={**self.environment, "NSOR_OFFICER_SECRET": secret},
            capture_output=True,
            text=True,
            check=True,
        )
        return dict(json.loads(done.stdout))

    def page(self, path: str = "/") -> str:
        """Return a page of it."""
        with urllib.request.urlopen(self.address + path, timeout=10) as answer:
            return str(answer.read().decode())
