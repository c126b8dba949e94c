"""``nsor backup`` and ``nsor restore``: what operations and two officers do about a lost disk."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from nsor.commands.base import (
    acting,
    json_option,
    officer_option,
    print_object,
    progress_bar,
    refusals,
    register,
)

if TYPE_CHECKING:
    from nsor.backup.confirming import Status
    from nsor.backup.proving import Proved
    from nsor.backup.replaying import Summary
    from nsor.backup.restoring import Done
    from nsor.backup.saving import Taken

_identity = click.option(
    "--identity",
    required=True,
    metavar="KEYFILE",
    type=click.Path(path_type=Path),
    help="The recipient's secret key, as age-keygen writes it.",
)
_replace = click.option("--replace", is_flag=True, help="Give up what the target holds.")
_incomplete = click.option(
    "--incomplete",
    is_flag=True,
    help="Go on where the journal or the key store lacks something; the officers are shown it.",
)


@contextmanager
def refused(*, migrated: bool, as_json: bool) -> Iterator[None]:
    """Like ``register``, or ``refusals`` where no database is needed; this room's errors too."""
    with register(as_json=as_json) if migrated else refusals(as_json=as_json):
        from nsor.audit.errors import TrailError
        from nsor.backup.errors import BackupError
        from nsor.register.errors import Refusal

        try:
            yield
        except (BackupError, TrailError) as error:
            raise Refusal(error.code, error.message) from None
        except OSError as error:
            raise Refusal(
                "cannot_write", f"A file can't be read or written ({error.strerror or error})."
            ) from None


@click.command()
@click.argument("target", metavar="DIR|-")
@click.option("--recipient", required=True, metavar="AGE1...", help="Who alone can decrypt it.")
@click.option(
    "--keystore",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Save the keys of people, too, in the place of this file.",
)
@json_option
def backup(target: str, recipient: str, keystore: Path | None, as_json: bool) -> None:
    """Save the register into the folder DIR, or to standard output, encrypted to a recipient."""
    with refused(migrated=True, as_json=as_json and target != "-"):
        from nsor.backup.saving import back_up

        with _progress("rows") as done:
            out = sys.stdout.buffer if target == "-" else Path(target)
            taken = back_up(out, recipient, keystore, done)
        _tell_taken(taken, as_json=as_json)


def _tell_taken(taken: "Taken", *, as_json: bool) -> None:
    to_stream = taken.path is None
    if as_json and not to_stream:
        print_object(
            {
                **taken._asdict(),
                "path": str(taken.path),
                "taken_at": taken.taken_at.isoformat(),
                "keystore": str(taken.keystore) if taken.keystore else None,
            }
        )
        return
    where = "standard output" if to_stream else taken.path
    click.echo(
        f"Saved {taken.rows} rows and {taken.files} files to {where}; SHA-256 {taken.digest}.",
        err=to_stream,
    )
    if taken.keystore:
        click.echo(
            f"Saved the key store to {taken.keystore}: keep this one, and none that is older.",
            err=to_stream,
        )


class _Restore(click.Group):
    """A group whose first word may be a file: that is what is restored then."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["file", *args]
        return super().parse_args(ctx, args)


@click.group(cls=_Restore)
def restore() -> None:
    """Restore a backup (`nsor restore FILE|- --identity KEYFILE`); two officers confirm it."""


@restore.command()
@click.argument("source", metavar="FILE|-", type=click.File("rb"))
@_identity
@click.option("--into-empty", is_flag=True, help="Only into a database without data; the default.")
@_replace
@_incomplete
@click.option("--verify-only", is_flag=True, help="Restore into a scratch database, and verify it.")
@click.option("--scratch", metavar="URL", help="The scratch database; by default SQLite's.")
@json_option
def file(
    source: BinaryIO,
    identity: Path,
    into_empty: bool,
    replace: bool,
    incomplete: bool,
    verify_only: bool,
    scratch: str | None,
    as_json: bool,
) -> None:
    """Restore the backup FILE; nothing is answered until two officers confirmed it."""
    if into_empty and replace:
        raise click.UsageError("Say --into-empty or --replace, not both.")
    if scratch and not verify_only:
        raise click.UsageError("A scratch database is for --verify-only.")
    if verify_only:
        _verify(source, identity, scratch, as_json=as_json)
        return
    with refused(migrated=True, as_json=as_json):
        from nsor.backup.restoring import restore as restore_backup

        with _progress("rows") as loading, _progress("numbers") as searching:
            done = restore_backup(
                source,
                identity,
                replace=replace,
                incomplete=incomplete,
                loading=loading,
                searching=searching,
            )
        _tell_done(done, as_json=as_json)


def _verify(source: BinaryIO, identity: Path, scratch: str | None, *, as_json: bool) -> None:
    with refused(migrated=False, as_json=as_json):
        from nsor.backup.proving import prove

        with _progress("rows") as loading, progress_bar("entries", 0) as verifying:
            proved = prove(source, identity, scratch, loading, verifying)
        _tell_proved(proved, as_json=as_json)
    sys.exit(0 if proved.whole else 1)


def _tell_proved(proved: "Proved", *, as_json: bool) -> None:
    if as_json:
        print_object(
            {
                "whole": proved.whole,
                **proved._asdict(),
                "taken_at": proved.taken_at.isoformat(),
                "findings": [one._asdict() for one in proved.findings],
            }
        )
        return
    for one in proved.findings:
        click.echo(f"{one.message} [{one.kind}]")
    word = "is whole" if proved.whole else "IS NOT WHOLE"
    click.echo(
        f"The backup of {proved.taken_at:%Y-%m-%d %H:%M:%S} UTC {word}: {proved.rows} rows,"
        f" {proved.files} files, {proved.trail_entries} entries of the trail,"
        f" {proved.witnessed} of them witnessed. SHA-256 {proved.digest}."
    )


def _tell_done(done: "Done", *, as_json: bool) -> None:
    if as_json:
        print_object(
            {
                **done._asdict(),
                "taken_at": done.taken_at.isoformat(),
                "summary": _plain(done.summary),
            }
        )
        return
    click.echo(
        f"Restored the backup of {done.taken_at:%Y-%m-%d %H:%M:%S} UTC: {done.rows} rows,"
        f" {done.files} files. SHA-256 {done.digest}."
    )
    _tell_summary(done.summary)
    click.echo("Nothing is answered until two officers confirm it: nsor restore confirm.")


@restore.command()
@click.argument("source", metavar="FILE|-", type=click.File("rb"))
@_identity
@_replace
@_incomplete
@json_option
def keystore(
    source: BinaryIO, identity: Path, replace: bool, incomplete: bool, as_json: bool
) -> None:
    """Restore the keys of people from FILE, before the data if both were lost."""
    with refused(migrated=False, as_json=as_json):
        from nsor.backup.keystore import restore_keystore
        from nsor.commands.setup import migrate_one

        migrate_one("keys")
        with _progress("keys") as loading:
            done = restore_keystore(
                source, identity, replace=replace, incomplete=incomplete, progress=loading
            )
        if as_json:
            print_object(done._asdict())
            return
        click.echo(f"The key store holds {done.keys} keys.")
        if done.destroyed:
            click.echo(f"Left out, since they were destroyed: {done.destroyed}.")


@restore.command()
@json_option
def status(as_json: bool) -> None:
    """Show how the last restore stands, what it lost, and what it replayed."""
    with refused(migrated=True, as_json=as_json):
        from nsor.backup.confirming import status as status_now

        _tell_status(status_now(), as_json=as_json)


@restore.command()
@officer_option
@json_option
def confirm(officer: str, as_json: bool) -> None:
    """Confirm a restore, as one of two officers; with the second, answers are given again."""
    with refused(migrated=True, as_json=as_json):
        from nsor.backup import confirming

        who = acting(officer)
        if sys.stdin.isatty() and not as_json:
            _tell_status(confirming.status(), as_json=False)
            click.confirm("Is this right?", abort=True)
        _tell_status(confirming.confirm(who), as_json=as_json)


_STAGES = {
    "none": "No backup was ever restored into this database.",
    "loading": "A restore was stopped before its end: run it again.",
    "replaying": "A restore was stopped before its end: run it again.",
    "waiting": "A restore waits to be confirmed by two officers.",
    "confirmed": "The last restore was confirmed by two officers.",
}


def _tell_status(status: "Status", *, as_json: bool) -> None:
    if as_json:
        print_object({**status._asdict(), "summary": _plain(status.summary)})
        return
    click.echo(_STAGES[status.stage])
    if status.taken_at:
        click.echo(f"The backup was taken at {status.taken_at}; SHA-256 {status.digest}.")
        _tell_summary(status.summary)
    if status.confirmed_by:
        click.echo(f"Confirmed by {' and '.join(status.confirmed_by)}.")
    click.echo("Nothing is answered now." if status.withheld else "Answers are given.")


def _tell_summary(summary: "Summary") -> None:
    for kind, count in sorted(summary.replayed.items()):
        click.echo(f"Silenced again, as the journal notes since ({kind}): {count}.")
    click.echo(f"Noted as silent, and not in the backup: {summary.not_in_backup}.")
    click.echo(f"Removed again, their keys being destroyed: {summary.removed}.")
    click.echo(f"Entries of the trail that were signed and are lost: {summary.trail_lost}.")
    if summary.keys_missing:
        click.echo(f"People whose keys are missing, so that they are lost: {summary.keys_missing}.")
    for message in summary.damage:
        click.echo(f"THE JOURNAL IS INCOMPLETE: {message}")


def _plain(summary: "Summary") -> Any:
    import msgspec

    return msgspec.to_builtins(summary)


@contextmanager
def _progress(label: str) -> Iterator[Any]:
    """Show how far a work is whose extent is known only once it has begun."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
