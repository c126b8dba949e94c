"""``nsor migrate`` and ``nsor officer``: what an operator does before officers can act."""

import os
from contextlib import suppress
from pathlib import Path

import click

from nsor.commands.base import (
    json_option,
    outstanding,
    print_object,
    refusals,
    register,
    require_keys,
)

ROLES = ("entry", "approval", "supervision", "audit")


@click.command()
@json_option
def migrate(as_json: bool) -> None:
    """Create or upgrade the database."""
    with refusals(as_json=as_json):
        applied = migrate_database()
        if as_json:
            print_object({"applied": applied})
        elif applied:
            click.echo("The database is up to date now.")
        else:
            click.echo("The database was up to date already.")


def migrate_database() -> int:
    """Bring the databases up to date; return how many migrations that took.

    Raises ``Refusal``: ``keys_missing``.
    """
    require_keys()
    return sum(migrate_one(alias) for alias in ("keys", "default"))


def migrate_one(alias: str) -> int:
    """Bring one database up to date; return how many migrations that took."""
    from django.core.management import call_command
    from django.db import connections

    connection = connections[alias]
    if connection.vendor == "sqlite":
        _make_file(Path(connection.settings_dict["NAME"]))
    plan = outstanding(alias)
    if plan:
        call_command("migrate", database=alias, interactive=False, verbosity=0)
    return plan


def _make_file(path: Path) -> None:
    """Make the database file so that only its owner reads it, before SQLite would make it.

    One that is there isn't opened: to close it would drop the locks by which SQLite, in the same
    process, tells others that it is in use, and they would take its log away.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


@click.group()
def officer() -> None:
    """Officers and their roles."""


@officer.command()
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(ROLES), help="What the officer may do.")
@json_option
def add(name: str, role: str, as_json: bool) -> None:
    """Create an officer and print the secret that they act with, once."""
    with register(as_json=as_json):
        from nsor.register.signing import add_officer

        created, secret = add_officer(name, role)
        if as_json:
            print_object({"officer": created.name, "role": created.role, "secret": secret})
            return
        click.echo(f"{created.name} is an officer now; the role is {created.role}.")
        click.echo(f"The secret, which is shown this once: {secret}")
