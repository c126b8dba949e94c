"""What a process may take that opens what somebody sent: the same for every such process.

Rules that hold here: it is called once, before anything of what was sent is looked at, and nothing
undoes it; such a process writes no file, starts no other and leaves no image of its memory.
"""

import resource


def confine(memory: int, seconds: int) -> None:
    """Confine this process to octets of memory and seconds of the processor (setrlimit(2))."""
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, 16),
        (resource.RLIMIT_NPROC, 0),
    ):
        resource.setrlimit(what, (most, most))
