"""The demo's processes: started, watched, ended together.

Rules that hold here: each is the leader of a process group of its own, so that Ctrl-C on the
terminal reaches the demo alone, and so that whatever a process started can be ended with it. What
they write goes into files, for the terminal is the user's. None outlives the demo.
"""

import asyncio
import contextlib
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from nsor.demo.errors import DemoError

PATIENCE: Final = 15.0
"""Seconds from SIGTERM to SIGKILL; the gateway promises to end within ten."""
_TAIL: Final = 5


class Child:
    """One process; ``log`` is the file that holds what it wrote."""

    def __init__(self, name: str, process: asyncio.subprocess.Process, log: Path) -> None:
        self.name = name
        self.log = log
        self._process = process

    async def ended(self) -> DemoError:
        """Wait until it ends; return the sentence for the case that nobody asked it to."""
        code = await self._process.wait()
        how = f"by signal {-code}" if code < 0 else f"with exit code {code}"
        tail = self.log.read_text("utf-8", "replace").splitlines()[-_TAIL:]
        said = "".join(f"\n  {line}" for line in tail)
        why = f" The last of what it wrote to {self.log}:{said}" if tail else ""
        return DemoError(f"{self.name} ended unexpectedly, {how}, so the demo ended too.{why}")

    def terminate(self) -> None:
        """Ask it to end."""
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()

    async def gone(self) -> None:
        """Wait until it has ended."""
        await self._process.wait()

    def kill_group(self) -> None:
        """End at once whatever is left of it and of what it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)


class Processes:
    """All of them, within ``running``."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: list[Child] = []

    async def start(
        self, name: str, log: str, command: Sequence[str], environment: Mapping[str, str]
    ) -> None:
        """Start a process. Raises ``DemoError`` where its log can't be written."""
        path = self._logs / log
        try:
            self._logs.mkdir(parents=True, exist_ok=True, mode=0o700)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        except OSError as error:
            raise DemoError(f"{path} can't be written ({error.strerror}).") from error
        with os.fdopen(descriptor) as output:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "nsor.demo.child", str(os.getpid()), *command),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=environment,
                process_group=0,
            )
        self._children.append(Child(name, process, path))

    async def first_death(self) -> DemoError:
        """Wait until one of them ends; return the sentence that says so."""
        waits = [asyncio.ensure_future(child.ended()) for child in self._children]
        try:
            done, _ = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
            return done.pop().result()
        finally:
            for wait in waits:
                wait.cancel()

    async def end(self) -> None:
        """End them all, in order if they let us."""
        for child in self._children:
            child.terminate()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                await asyncio.gather(*(child.gone() for child in self._children))
        for child in self._children:
            child.kill_group()
        await asyncio.gather(*(child.gone() for child in self._children))


@contextlib.asynccontextmanager
async def running(logs: Path) -> AsyncIterator[Processes]:
    """Yield where to start processes; end all of them with the block. ``logs``: a folder."""
    processes = Processes(logs)
    try:
        yield processes
    finally:
        await processes.end()
