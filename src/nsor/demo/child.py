"""Starts a program in the place of this process, to end when the demo does, even by kill -9.

Called as ``python -m nsor.demo.child PID PROGRAM ARGUMENT...`` by the process PID. Linux sends
SIGTERM to what this becomes as soon as PID is gone (prctl(2), PR_SET_PDEATHSIG, kept over execve);
on other systems only an orderly end of the demo ends it.
"""

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Become the program."""
    parent, *command = sys.argv[1:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == int(parent):  # else it was gone before we asked to be told
        os.execv(command[0], command)  # noqa: S606 - no shell is wanted


if __name__ == "__main__":
    main()
