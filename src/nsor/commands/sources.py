"""``nsor source`` and ``nsor sources``: what a source runs, and what takes its files.

Rules that hold here: a private key is written once, readable by its owner alone, and never printed.
"""

import signal
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, TypeVar

import click

from nsor.commands import base

if TYPE_CHECKING:
    from nsor.sources.client import Answered

_Command = TypeVar("_Command", bound=Callable[..., Any])
_PATH = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
_KINDS = ("convictions", "appeals", "transfers", "releases", "deaths")

_key: Callable[[_Command], _Command] = click.option(
    "--key", required=True, type=_PATH, help="The private key, as `nsor source keygen` wrote it."
)
_keyid: Callable[[_Command], _Command] = click.option(
    "--keyid", required=True, metavar="ID", help="The id that the register gave the key."
)
_idempotency: Callable[[_Command], _Command] = click.option(
    "--idempotency-key", metavar="KEY", help="Of an event that was sent before; else a fresh one."
)


@click.group()
def source() -> None:
    """What a court, a prison, a prosecution office or a police station runs."""


@source.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@base.json_option
def keygen(file: Path, as_json: bool) -> None:
    """Write a fresh private key to FILE, and print the public half for the register."""
    with base.refusals(as_json=as_json):
        from nsor.sources.client import make_key

        public = make_key(file)
        if as_json:
            base.print_object({"file": str(file), "public": public})
        else:
            click.echo(public, nl=False)


@source.command()
@click.argument("file", type=_PATH)
@_key
@_keyid
@click.option("--url", required=True, help="Such as https://HOST/api/v1/sources/convictions.")
@_idempotency
@base.json_option
def push(
    file: Path, key: Path, keyid: str, url: str, idempotency_key: str | None, as_json: bool
) -> None:
    """Push the event that FILE holds, and print the receipt."""
    with base.refusals(as_json=as_json):
        from nsor.sources import client

        signer = client.read_signer(key, keyid)
        chosen = idempotency_key or client.new_idempotency_key()
        if not as_json:
            click.echo(f"Idempotency key: {chosen}", err=True)
        answered = client.push(url, file.read_bytes(), signer, idempotency_key=chosen)
        _print(answered, {"idempotency_key": chosen}, as_json=as_json)


@source.command()
@_key
@_keyid
@click.option("--url", required=True, help="Such as https://HOST/api/v1/sources/me.")
@base.json_option
def ask(key: Path, keyid: str, url: str, as_json: bool) -> None:
    """Ask what became of a push, or what is expected next."""
    with base.refusals(as_json=as_json):
        from nsor.sources import client

        _print(client.ask(url, client.read_signer(key, keyid)), {}, as_json=as_json)


@source.command()
@click.argument("file", type=_PATH)
@click.option("--kind", required=True, type=click.Choice(_KINDS), help="What FILE tells of.")
@_key
@_keyid
@_idempotency
@base.json_option
def sign(
    file: Path, kind: str, key: Path, keyid: str, idempotency_key: str | None, as_json: bool
) -> None:
    """Write FILE.sig beside FILE, for a watched folder or the upload page."""
    with base.refusals(as_json=as_json):
        from nsor.sources import client, files

        signer = client.read_signer(key, keyid)
        chosen = idempotency_key or client.new_idempotency_key()
        target = file.with_name(f"{file.name}.sig")
        target.write_bytes(files.sign_file(file.read_bytes(), kind, signer, chosen))
        if as_json:
            base.print_object({"file": str(target), "idempotency_key": chosen})
        else:
            click.echo(f"Signed: {target}")


def _print(answered: "Answered", more: Mapping[str, object], *, as_json: bool) -> None:
    document = answered.document
    if as_json:
        base.print_object({"status": answered.status, **more, **document})
    elif answered.accepted:
        for name, value in document.items():
            click.echo(f"{name}: {_shown(value)}")
    else:
        click.echo(f"Refused: {document.get('detail', '')} [{document.get('code', '')}]", err=True)
        for fault in document.get("errors", []):
            click.echo(f"  {fault['field']}: {fault['message']} [{fault['code']}]", err=True)
    if not answered.accepted:
        sys.exit(1)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@click.group()
def sources() -> None:
    """What comes from sources."""


@sources.command()
@click.argument("folder", metavar="DIR", type=click.Path(file_okay=False, path_type=Path))
@click.option("--once", is_flag=True, help="Take what is there, and end.")
@base.json_option
def watch(folder: Path, *, once: bool, as_json: bool) -> None:
    """Take the signed events that are laid into DIR, until SIGTERM."""
    if as_json and not once:
        raise click.UsageError("--json goes with --once: else there is no end to print at.")
    with base.register(as_json=as_json):
        from nsor.sources import counting, watching

        found: list[watching.Seen] = []

        def tell(seen: watching.Seen) -> None:
            found.append(seen)
            if not as_json:
                moment = datetime.now().astimezone().isoformat(timespec="seconds")
                click.echo(f"{moment} {seen.outcome}: {seen.what}")

        watching.watch(folder, _told_to_stop(), tell, once=once)
        counting.end()
        if as_json:
            told = [{"outcome": one.outcome, "what": one.what} for one in found]
            base.print_object({"files": told})


def _told_to_stop() -> Event:
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop
