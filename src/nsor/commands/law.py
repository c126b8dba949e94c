"""``nsor policy``: the law in force on a day, and its change by two officers."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

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
    from nsor.law.models import Change

KINDS = (
    "offence",
    "setting",
    "tier_rule",
    "term",
    "verification",
    "duty",
    "disclosure_rule",
)
_DAY = click.DateTime(formats=["%Y-%m-%d"])


@click.group()
def policy() -> None:
    """The law in force: what is registrable, for how long, and who may be told what."""


@policy.command()
@click.option("--on", "day", type=_DAY, metavar="DATE", help="The day, such as 2024-05-31; today.")
@json_option
def show(day: datetime | None, as_json: bool) -> None:
    """Show the law of a day: who may be told what and by which instrument, tiers and duties."""
    with register(as_json=as_json):
        from nsor.law import showing

        law = showing.law_of(day.date() if day else None)
        if as_json:
            print_object(showing.as_object(law))
            return
        for line in showing.as_text(law):
            click.echo(line)


@policy.command()
@click.argument("kind", type=click.Choice(KINDS))
@click.option(
    "--set", "columns", multiple=True, metavar="COLUMN=VALUE", help="A column of the row; repeat."
)
@click.option("--from", "valid_from", type=_DAY, required=True, help="The first day.")
@click.option("--to", "valid_to", type=_DAY, help="The last day, where there is one.")
@click.option("--instrument", required=True, metavar="TEXT", help="By which instrument.")
@click.option("--repeal", is_flag=True, help="The row of this key is to hold no longer.")
@click.option("--retroactive", is_flag=True, help="It is meant to reach back into the past.")
@officer_option
@reason_option
@json_option
def propose(
    kind: str,
    columns: tuple[str, ...],
    valid_from: datetime,
    valid_to: datetime | None,
    instrument: str,
    repeal: bool,
    retroactive: bool,
    officer: str,
    reason: str,
    as_json: bool,
) -> None:
    """Propose a row of the law; another officer enacts it.

    To close the service for the public: nsor policy propose setting --set key=public_service
    --set value=closed --from DATE ...
    """
    values = dict(_column(text) for text in columns)
    with register(as_json=as_json):
        from nsor.law import changes

        change = changes.propose(
            kind,
            values,
            acting(officer),
            reason,
            valid_from.date(),
            instrument,
            valid_to=valid_to.date() if valid_to else None,
            retroactive=retroactive,
            repeal=repeal,
        )
        _print_change(
            change, f"Change {change.pk} awaits another officer's approval.", as_json=as_json
        )


def _column(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise click.UsageError("Write a column and its value as COLUMN=VALUE.")
    return name.strip(), value.strip()


@policy.command(name="list")
@json_option
def list_(as_json: bool) -> None:
    """List the changes that wait for a second officer."""
    with register(as_json=as_json):
        from nsor.law import changes

        found = changes.waiting()
        if as_json:
            print_object({"changes": [_described(one) for one in found]})
            return
        for one in found:
            for line in _lines(one):
                click.echo(line)
        if not found:
            click.echo("No change of the law awaits approval.")


@policy.command()
@click.argument("number", metavar="CHANGE", type=int)
@officer_option
@json_option
def approve(number: int, officer: str, as_json: bool) -> None:
    """Enact a CHANGE that another officer proposed."""
    with register(as_json=as_json):
        from nsor.law import changes

        change = changes.approve(number, acting(officer))
        _print_change(
            change,
            f"Change {change.pk} is law from {change.valid_from}; the law's version is now"
            f" {change.number}.",
            as_json=as_json,
        )


@policy.command()
@click.argument("number", metavar="CHANGE", type=int)
@officer_option
@reason_option
@json_option
def reject(number: int, officer: str, reason: str, as_json: bool) -> None:
    """Say no to a CHANGE."""
    with register(as_json=as_json):
        from nsor.law import changes

        change = changes.reject(number, acting(officer), reason)
        _print_change(
            change, f"Change {change.pk} is rejected: the law is as it was.", as_json=as_json
        )


def _print_change(change: "Change", sentence: str, *, as_json: bool) -> None:
    if as_json:
        print_object(_described(change))
    else:
        click.echo(sentence)


def _described(change: "Change") -> dict[str, Any]:
    return {
        "change": change.pk,
        "state": change.state,
        "kind": change.kind,
        "repeals": change.repeals,
        "values": change.values,
        "valid_from": change.valid_from.isoformat(),
        "valid_to": _iso(change.valid_to),
        "retroactive": change.retroactive,
        "instrument": change.instrument,
        "reason": change.reason,
        "proposed_by": change.proposed_by.name,
        "version": change.number,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _lines(change: "Change") -> Iterator[str]:
    what = f"repeals a row of {change.kind}" if change.repeals else f"adds a row to {change.kind}"
    until = f" to {change.valid_to}" if change.valid_to else ""
    back = ", reaching back" if change.retroactive else ""
    yield (
        f"Change {change.pk}, proposed by {change.proposed_by.name}, {what} from"
        f" {change.valid_from}{until}{back}."
    )
    yield f"  {', '.join(f'{name}={value}' for name, value in change.values.items())}"
    yield f"  Instrument: {change.instrument}. Reason: {change.reason}."
