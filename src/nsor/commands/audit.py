"""``nsor audit``: what an auditor, an operator and the second body do with the trail."""

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nsor.commands.base import json_option, print_object, progress_bar, refuse, register

if TYPE_CHECKING:
    from nsor.audit.verifying import Verified
    from nsor.audit.witness import Witness

POLL_SECONDS = 5.0

_file = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def audit() -> None:
    """The tamper-evident trail of every act."""


@audit.command()
@click.option("--cosigned", type=_file, help="The witness's own last checkpoint, from its side.")
@click.option("--witness-key", type=_file, help="A file with the witness's verifier key.")
@json_option
def verify(cosigned: Path | None, witness_key: Path | None, as_json: bool) -> None:
    """Prove the whole trail; exit 0 only if it is whole."""
    with register(as_json=as_json):
        from nsor.audit.verifying import count
        from nsor.audit.verifying import verify as verify_trail

        named = None if witness_key is None else witness_key.read_text(errors="replace")
        with progress_bar("entries", count()) as done:
            found = verify_trail(cosigned, named, done)
        if as_json:
            print_object(
                {
                    "whole": found.whole,
                    "entries": found.entries,
                    "witnessed": found.witnessed,
                    "not_witnessed": found.not_witnessed,
                    "findings": [
                        {"entry": one.entry, "kind": str(one.kind), "message": one.message}
                        for one in found.findings
                    ],
                    "further_findings": found.further,
                }
            )
        else:
            _tell(found)
    sys.exit(0 if found.whole else 1)


def _tell(found: "Verified") -> None:
    for one in found.findings:
        click.echo(f"{one.message} [{one.kind}]")
    if found.further:
        click.echo(f"And {found.further} more.")
    word = "is whole" if found.whole else "IS NOT WHOLE"
    click.echo(f"The trail of {found.entries} entries {word}.")
    if found.confirmed:
        click.echo(f"Confirmed by the witness: {found.witnessed} entries.")
        click.echo(f"Not yet witnessed: {found.not_witnessed} entries.")
        return
    if found.signed:
        click.echo("No witness has confirmed it: this is the word of the log's own key alone.")
    elif found.whole:
        click.echo(
            "No checkpoint was written yet: nothing is signed, and no witness has confirmed it."
        )
    else:
        click.echo("No checkpoint that could be used was found: no witness has confirmed it.")
    if found.signed and not found.has_key:
        click.echo(
            "No witness's key is known: it is read from witness.vkey in NSOR_AUDIT_DIR, or given as"
            " --witness-key."
        )


@audit.command()
@click.argument("entry", type=click.IntRange(min=1))
def prove(entry: int) -> None:
    """Print the proof that ENTRY is in the trail, as JSON; docs/verify_inclusion.py checks it."""
    with register(as_json=True):
        from nsor.audit.proving import prove as prove_entry

        print_object(prove_entry(entry)._asdict())


@audit.command()
@json_option
def checkpoint(as_json: bool) -> None:
    """Put in order what is committed, and write a signed checkpoint now."""
    with register(as_json=as_json):
        from nsor.audit.checkpoints import write_checkpoint
        from nsor.audit.note import encoded

        written = write_checkpoint()
        head = written.checkpoint
        if as_json:
            print_object(
                {
                    "origin": head.origin,
                    "size": head.size,
                    "root": encoded(head.root),
                    "added": written.added,
                }
            )
            return
        click.echo(f"The checkpoint covers {head.size} entries, {written.added} of them new.")


@audit.command()
@click.argument("role")
def grants(role: str) -> None:
    """Print the SQL that lets ROLE append to the trail and no more (PostgreSQL)."""
    with register(as_json=False):
        from nsor.audit.grants import statements

        for statement in statements(role):
            click.echo(statement)


@audit.command()
@click.option(
    "--exchange",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder where the log puts its requests, and cosigned checkpoints go.",
)
@click.option(
    "--state",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="The witness's own folder: its key and its last checkpoint.",
)
@click.option("--log-key", type=_file, help="A file with the log's verifier key.")
@click.option("--once", is_flag=True, help="Look once, instead of every few seconds.")
@json_option
def witness(exchange: Path, state: Path, log_key: Path | None, once: bool, as_json: bool) -> None:
    """The second body's side: check that nothing was changed, and cosign. Needs no database."""
    from nsor.audit.errors import TrailError
    from nsor.audit.witness import WAITS, Witness

    given = None if log_key is None else log_key.read_text(errors="replace")
    try:
        mine = Witness(exchange, state, given)
        click.echo(f"This witness's key: {mine.verifier}", err=True)
        while True:
            try:
                _attend(mine, once=once, as_json=as_json)
            except TrailError as refusal:
                if once or refusal.code not in WAITS:
                    raise
            if once:
                return
            time.sleep(POLL_SECONDS)
    except TrailError as refusal:
        refuse(refusal.code, refusal.message, as_json=as_json)
    except OSError as error:
        message = f"The folders can't be used ({error.strerror})."
        refuse("folder_unavailable", message, as_json=as_json)


def _attend(mine: "Witness", *, once: bool, as_json: bool) -> None:
    attended = mine.attend()
    if not (attended.fresh or once):
        return
    head, opened = attended.checkpoint, attended.opened
    if as_json:
        print_object({"origin": head.origin, "size": head.size, "fresh": attended.fresh})
        return
    if opened is not None:
        click.echo(
            f"A NEW EPOCH: {opened.last.size} entries were cosigned and {opened.restored.size} of"
            f" them restored. {opened.reason} Stated by {' and '.join(opened.officers)}."
        )
    state = "Cosigned" if attended.fresh else "Cosigned before"
    click.echo(f"{state}: {head.size} entries of {head.origin}.")
