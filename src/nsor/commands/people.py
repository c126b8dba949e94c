"""``nsor appeal`` and ``nsor withdraw``: what an officer does to one person."""

from typing import TYPE_CHECKING

import click

from nsor.commands.base import (
    acting,
    json_option,
    officer_option,
    print_object,
    reason_option,
    register,
)

if TYPE_CHECKING:
    from nsor.register.acting import Done

STATES = ("none", "pending", "stayed", "quashed")


@click.command()
@click.argument("number", metavar="CNIC")
@click.argument("state", type=click.Choice(STATES))
@click.option("--case", required=True, metavar="CASE", help="The court's case number.")
@officer_option
@reason_option
@json_option
def appeal(number: str, state: str, case: str, officer: str, reason: str, as_json: bool) -> None:
    """Record the STATE of the appeal against a conviction of the holder of CNIC.

    One that silences acts at once; one that would speak again waits for a second officer.
    """
    with register(as_json=as_json):
        from nsor.register.services import record_appeal

        _print_act(record_appeal(number, case, state, acting(officer), reason), as_json=as_json)


@click.command()
@click.argument("number", metavar="CNIC")
@officer_option
@reason_option
@json_option
def withdraw(number: str, officer: str, reason: str, as_json: bool) -> None:
    """Silence at once the holder of CNIC, who was wrongly listed."""
    with register(as_json=as_json):
        from nsor.register.services import withdraw as withdraw_person

        _print_act(withdraw_person(number, acting(officer), reason), as_json=as_json)


def _print_act(act: "Done", *, as_json: bool) -> None:
    if as_json:
        print_object(act._asdict())
    elif act.batch is None:
        click.echo(f"Recorded as {act.state}; it took effect as number {act.sequence} of the feed.")
    else:
        click.echo(f"Recorded as {act.state}; batch {act.batch} awaits another officer's approval.")
