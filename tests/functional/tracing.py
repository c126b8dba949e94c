"""What strace knows of a gateway: its system calls in order, or a disk that is slow.

``Call`` is one system call with the times at which it began and ended, whatever the other
threads did in between.
"""

import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from waiting import eventually

_LINE = re.compile(r"(\d+) +(\d+\.\d+) (.*)")
_UNFINISHED = re.compile(r"(.*) <unfinished \.\.\.>$")
_RESUMED = re.compile(r"<\.\.\. (\w+) resumed>(.*)")
_WHOLE = re.compile(r"(\w+)\((.*)\) += (-?\d+|\?)(.*)")
_OCTET = re.compile(r"\\x([0-9a-f]{2})")
_STRING = re.compile(r'"((?:[^"\\]|\\.)*)"')


class Call(NamedTuple):
    """One system call: ``octets`` is what its strings hold, ``result`` its number or -1."""

    name: str
    arguments: str
    result: int
    began: float
    ended: float

    @property
    def file(self) -> str:
        """The file or socket that the first descriptor stands for (strace -yy)."""
        found = re.match(r"\d+<(.*?)>(?:,|$)", self.arguments)
        return _unescape(found.group(1)).decode() if found else ""

    @property
    def octets(self) -> bytes:
        """What was read or written, as far as the call went."""
        joined = b"".join(_unescape(text) for text in _STRING.findall(self.arguments))
        return joined[: self.result] if self.result >= 0 else b""


def strace_or_skip() -> str:
    """Return strace; skips the test where there is none, or where it may not trace."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed: the order of system calls can't be seen.")
    tried = subprocess.run([strace, "-f", "-e", "trace=none", "true"], capture_output=True)
    if tried.returncode != 0:
        pytest.skip("Tracing is not permitted here: the order of system calls can't be seen.")
    return strace


@contextmanager
def slow_disk(pid: int, seconds: float) -> Iterator[None]:
    """Make each wait of a process for its disk last ``seconds`` longer, during the block."""
    inject = f"inject=fdatasync,fsync:delay_enter={int(seconds * 1_000_000)}"
    command = (strace_or_skip(), "-f", "-qq", "-p", str(pid), "-o", "/dev/null", "-e", inject)
    tracer = subprocess.Popen(command)
    try:
        eventually(lambda: _is_traced(pid), what=f"process {pid} traced")
        yield
    finally:
        tracer.terminate()
        tracer.wait()


def _is_traced(pid: int) -> bool:
    threads = Path(f"/proc/{pid}/task").glob("*/status")
    return all("TracerPid:\t0\n" not in thread.read_text() for thread in threads)


def calls(trace: Path) -> Iterator[Call]:
    """Read what ``strace -f -ttt -T -xx -yy -o trace`` wrote, in the order of the ends."""
    begun: dict[str, tuple[float, str]] = {}
    for line in trace.read_text("ascii", "replace").splitlines():
        matched = _LINE.match(line)
        if matched is None:
            continue
        thread, at, text = matched.group(1), float(matched.group(2)), matched.group(3)
        if unfinished := _UNFINISHED.match(text):
            begun[thread] = at, unfinished.group(1)
            continue
        began = at
        if resumed := _RESUMED.match(text):
            began, first = begun.pop(thread)
            text = first + resumed.group(2)
        call = _whole(text, began, at)
        if call is not None:
            yield call


def _whole(text: str, began: float, at: float) -> Call | None:
    text, _, took = text.rpartition(" <")
    matched = _WHOLE.match(text)
    if matched is None or matched.group(3) == "?":
        return None
    name, arguments, result, _ = matched.groups()
    ended = began + float(took.rstrip(">")) if began == at else at
    return Call(name, arguments, int(result), began, ended)


def _unescape(text: str) -> bytes:
    return _OCTET.sub(lambda octet: chr(int(octet.group(1), 16)), text).encode("latin-1")
