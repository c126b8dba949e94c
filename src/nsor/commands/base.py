"""What the commands share: a register that is ready, an officer who acts, and what is printed.

Rules that hold here: with ``--json`` one object goes to standard output, refusals too
(``{"errors": [{"code", "message"}]}``); progress and prompts go to standard error.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

if TYPE_CHECKING:
    from nsor.accounts.models import Officer

_Command = TypeVar("_Command", bound=Callable[..., Any])

json_option: Callable[[_Command], _Command] = click.option(
    "--json", "as_json", is_flag=True, help="Print one JSON object."
)
officer_option: Callable[[_Command], _Command] = click.option(
    "--officer", required=True, metavar="NAME", help="Who acts."
)
reason_option: Callable[[_Command], _Command] = click.option(
    "--reason", required=True, metavar="TEXT", help="Why; it is kept."
)


@contextmanager
def refusals(*, as_json: bool) -> Iterator[None]:
    """Set Django up; print a refusal and end with exit code 1 where the block raises one."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "nsor.settings")
    try:
        django.setup()
    except ValueError as error:  # a setting that can't be used; it says which
        raise click.UsageError(str(error)) from None
    from django.core.exceptions import ImproperlyConfigured
    from django.db.utils import DatabaseError

    from nsor.accounts.services import AccountError
    from nsor.audit.errors import TrailError
    from nsor.keyring import KeyRingError
    from nsor.law.errors import LawRefusal
    from nsor.register.errors import Refusal

    try:
        yield
    except (AccountError, LawRefusal, Refusal, TrailError) as error:
        refuse(error.code, str(error), as_json=as_json)
    except KeyRingError as error:
        refuse("bad_key_ring", str(error), as_json=as_json)
    except ImproperlyConfigured as error:
        raise click.UsageError(f"A database is named wrongly: {error}") from None
    except OSError as error:
        where = f" {error.filename}" if error.filename else ""
        what = error.strerror or type(error).__name__
        refuse("file_unavailable", f"A file can't be used{where}: {what}.", as_json=as_json)
    except DatabaseError as error:
        first = next(iter(str(error).strip().splitlines()), "no reason was given")
        message = f"The database can't be used ({first})."
        refuse("database_unavailable", message, as_json=as_json)


@contextmanager
def register(*, as_json: bool) -> Iterator[None]:
    """Like ``refusals``, and refuse where the database is not up to date."""
    with refusals(as_json=as_json):
        require_migrated()
        yield


def require_migrated() -> None:
    """Raise ``Refusal``, ``not_migrated``, where a database lacks something."""
    from django.db import connections

    from nsor.register.errors import Refusal

    require_keys()
    for connection in connections.all():
        name = connection.settings_dict["NAME"]
        no_file = connection.vendor == "sqlite" and not Path(name).exists()
        if no_file or outstanding(connection.alias):
            raise Refusal(
                "not_migrated", "The database is not up to date: run `nsor migrate` first."
            )


def require_keys() -> None:
    """Raise ``Refusal``, ``keys_missing``, where the register holds people and no key is there.

    A fresh key store in the place of a lost one would have everybody be unknown.
    """
    from django.db import connections
    from django.db.utils import DatabaseError

    from nsor.register.errors import Refusal

    def any_row(alias: str, query: str) -> bool:
        connection = connections[alias]
        file = connection.settings_dict["NAME"]
        if connection.vendor == "sqlite" and not Path(file).exists():
            return False
        try:
            with connection.cursor() as cursor:
                cursor.execute(query)
                return cursor.fetchone() is not None
        except DatabaseError:  # not migrated yet, or of the first form, which had no keys
            return False

    if any_row("default", "SELECT key_id FROM register_offender LIMIT 1") and not any_row(
        "keys", "SELECT id FROM secrecy_storedkey LIMIT 1"
    ):
        raise Refusal(
            "keys_missing",
            "The register holds people, and the key store has no key of anybody: put the newest"
            " backup of the key store in its place (`nsor restore keystore`), or correct"
            " NSOR_KEYSTORE_URL.",
        )


def outstanding(alias: str) -> int:
    """Return how many migrations a database lacks."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections[alias])
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def acting(name: str) -> "Officer":
    """Return the officer who acts, by the secret in the environment or typed on the terminal."""
    from nsor.accounts.signing import sign_in

    secret = os.environ.get("NSOR_OFFICER_SECRET")
    if not secret:
        if not sys.stdin.isatty():
            raise click.UsageError(
                "Put the officer's secret into NSOR_OFFICER_SECRET, or run this on a terminal."
            )
        secret = click.prompt(f"Secret of {name}", hide_input=True, err=True)
    return sign_in(name, secret)


def print_object(members: Mapping[str, object]) -> None:
    """Print one JSON object; a member that is an iterator is printed as it comes."""
    opening = "{"
    for name, value in members.items():
        click.echo(f"{opening}{json.dumps(name)}: ", nl=False)
        opening = ", "
        if isinstance(value, Iterator):
            _print_array(value)
        else:
            click.echo(json.dumps(value, ensure_ascii=False), nl=False)
    click.echo("}")


def _print_array(items: Iterator[object]) -> None:
    separator = "["
    for item in items:
        click.echo(separator + json.dumps(item, ensure_ascii=False), nl=False)
        separator = ", "
    click.echo("]" if separator == ", " else "[]", nl=False)


def refuse(code: str, message: str, *, as_json: bool) -> NoReturn:
    """Print a refusal, and end with exit code 1."""
    if as_json:
        print_object({"errors": [{"code": code, "message": message}]})
    else:
        click.echo(f"Refused: {message} [{code}]", err=True)
    sys.exit(1)


@contextmanager
def progress_bar(label: str, total: int) -> Iterator[Callable[[int], None]]:
    """Show how far a long work is, where standard error is a terminal; yields what to tell it."""
    if not sys.stderr.isatty():
        yield lambda done: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(label, total=total)
        yield lambda done: progress.update(task, completed=done)
