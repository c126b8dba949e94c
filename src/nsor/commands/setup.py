"""``nsor migrate`` and ``nsor officer``: what an operator does before officers can act."""

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nsor.commands.base import (
    json_option,
    outstanding,
    print_object,
    refusals,
    register,
    require_keys,
)

if TYPE_CHECKING:
    from nsor.accounts.signing import Hired

ROLES = ("entry", "approval", "supervision", "audit", "administration")


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
@click.option(
    "--jurisdiction",
    default="",
    metavar="SLUG",
    help="A province or a district, such as punjab or punjab/lahore; else the whole country.",
)
@json_option
def add(name: str, role: str, jurisdiction: str, as_json: bool) -> None:
    """Create an officer and print the secret and the one-time link, once.

    Where two administrators are there, the officer is proposed to them instead.
    """
    with register(as_json=as_json):
        from nsor.accounts.signing import hire

        _print(hire(name, role, jurisdiction), as_json=as_json)


@officer.command()
@click.argument("name")
@json_option
def link(name: str, as_json: bool) -> None:
    """Issue a fresh one-time link, which ends the officer's password, factors and sessions.

    Where two administrators have signed in, it is proposed to them instead.
    """
    with register(as_json=as_json):
        from nsor.accounts.signing import link_anew

        _print(link_anew(name), as_json=as_json)


def _print(hired: "Hired", *, as_json: bool) -> None:
    from nsor.accounts import links

    address = links.address(hired.link) if hired.link else None
    proposal = hired.proposal.pk if hired.proposal else None
    if as_json:
        told = {
            "officer": hired.name,
            "role": hired.role,
            "secret": hired.secret,
            "link": address,
        }
        print_object(told if proposal is None else told | {"proposal": proposal})
        return
    if proposal is not None:
        click.echo(
            f"Two administrators have to approve this in the console: proposal {proposal} of"
            f" {hired.name}."
        )
        return
    if hired.secret:
        click.echo(f"{hired.name} is an officer now; the role is {hired.role}.")
        click.echo(f"The secret, which is shown this once: {hired.secret}")
    click.echo(f"The link for the first sign-in, good once and for 72 hours: {address}")
