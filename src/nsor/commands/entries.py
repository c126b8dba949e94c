"""``nsor import``, ``nsor batch`` and ``nsor approve``: from a file to what the public is told."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nsor import cnic
from nsor.commands.base import (
    acting,
    json_option,
    officer_option,
    print_object,
    progress_bar,
    reason_option,
    register,
)

if TYPE_CHECKING:
    from nsor.register.batches import PreviewRow
    from nsor.register.findings import Finding
    from nsor.register.importing import ImportOutcome
    from nsor.register.models import Batch

WHY_NOT = {
    "juvenile": "the person was under 18 at the offence",
    "stayed": "the conviction is stayed on appeal",
    "quashed": "the conviction was quashed on appeal",
    "withdrawn": "the person was withdrawn, and approval leaves that standing",
    "backup": "a restored backup lacks why the person was silent, and approval leaves that so",
    "not_registrable": "no section makes the person registrable",
    "not_approved": "the entry of the conviction itself is not approved",
    "not_yet_convicted": "the conviction lies in the future",
    "suspended": "the registration is suspended",
    "expired": "the term on the register is over",
    "term_ended": "the term on the register is over",
    "removed": "the person was removed from the register",
    "deceased": "the person is dead",
    "edited": "a correction of the record awaits approval",
    "policy": "the policy in force doesn't let the public be told",
}
ODD = {
    "sex_differs_from_cnic": "the sex is not the one that the last digit of the CNIC stands for",
    "age_at_offence_unknown": "nothing tells whether the person was under 18 at the offence",
    "withdrawn": "the person was withdrawn as wrongly listed",
}


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@officer_option
@click.option("--skip-invalid", is_flag=True, help="Enter the valid rows although others are not.")
@json_option
def import_(file: Path, officer: str, skip_invalid: bool, as_json: bool) -> None:
    """Enter the convictions of a CSV FILE as a batch that another officer approves."""
    with register(as_json=as_json):
        from nsor.register.services import import_batch

        who = acting(officer)
        with (
            file.open("rb") as octets,
            progress_bar("Reading", file.stat().st_size) as progress,
        ):
            outcome = import_batch(octets, who, skip_invalid=skip_invalid, progress=progress)
        if as_json:
            print_object(
                {
                    "batch": outcome.batch,
                    "entered": outcome.entered,
                    "rejected": outcome.rejected,
                    "warnings": (finding._asdict() for finding in outcome.warnings),
                    "errors": (finding._asdict() for finding in outcome.errors),
                }
            )
        else:
            _print_outcome(outcome)
        if outcome.batch is None:
            sys.exit(1)


def _print_outcome(outcome: "ImportOutcome") -> None:
    for finding in outcome.warnings:
        click.echo(f"Warning: {_place(finding)}: {finding.message} [{finding.code}]")
    for finding in outcome.errors:
        click.echo(f"{_place(finding)}: {finding.message} [{finding.code}]")
    if outcome.batch is None:
        click.echo(f"Nothing was entered; rows to correct: {outcome.rejected}.")
        return
    click.echo(
        f"Batch {outcome.batch} awaits approval by another officer."
        f" Rows entered: {outcome.entered}; rejected: {outcome.rejected}."
    )


def _place(finding: "Finding") -> str:
    return f"Line {finding.line}, {finding.field}" if finding.field else f"Line {finding.line}"


@click.group()
def batch() -> None:
    """What waits for approval."""


@batch.command(name="list")
@json_option
def list_(as_json: bool) -> None:
    """List the batches that wait for approval."""
    with register(as_json=as_json):
        from nsor.register.batches import waiting

        found = [_described(one) for one in waiting()]
        if as_json:
            print_object({"batches": found})
            return
        for one in found:
            click.echo(
                f"Batch {one['batch']} ({one['kind']}), entries: {one['entries']}, entered by"
                f" {one['entered_by']}, submitted at {one['submitted_at']}."
            )
        if not found:
            click.echo("No batch awaits approval.")


def _who(one: "Batch") -> str:
    return one.entered_by.name if one.entered_by else "the clock"


def _described(one: "Batch") -> dict[str, Any]:
    return {
        "batch": one.pk,
        "kind": one.kind,
        "state": one.state,
        "entries": one.entries,
        "entered_by": _who(one),
        "submitted_at": one.submitted_at.isoformat() if one.submitted_at else None,
    }


@batch.command()
@click.argument("number", metavar="BATCH", type=int)
@json_option
def show(number: int, as_json: bool) -> None:
    """Show what a BATCH would tell the public, word for word."""
    with register(as_json=as_json):
        from nsor.register.batches import preview, visible_batch

        one = visible_batch(number)
        people = map(_told, preview(one))
        if as_json:
            print_object({**_described(one), "people": people})
            return
        click.echo(
            f"Batch {one.pk} ({one.kind}, {one.state}), entered by {_who(one)}."
            " Once approved, the public is told:"
        )
        for person in people:
            _print_person(person)


def _told(row: "PreviewRow") -> dict[str, Any]:
    return {
        "cnic": row.cnic,
        "listed": row.public,
        "text_ur": _wording(row, "ur"),
        "text_en": _wording(row, "en"),
        "reasons": list(row.reasons),
        "warnings": list(row.warnings),
    }


def _wording(row: "PreviewRow", language: Any) -> str:
    from nsor.disclosure import wording

    if not row.public:
        return wording.not_listed(language, row.cnic)
    who: Any = row.profile
    urdu = language == "ur"
    return wording.listed(
        language,
        name=who.name_ur if urdu else who.name_en,
        father=who.father_name_ur if urdu else who.father_name_en,
        sex=who.sex,
        relation=who.relation,
    )


def _print_person(person: dict[str, Any]) -> None:
    click.echo(f"\n{cnic.display(person['cnic'])}")
    click.echo(f"  {person['text_ur']}\n  {person['text_en']}")
    for code in person["reasons"]:
        click.echo(f"  Not listed: {WHY_NOT[code]}.")
    for code in person["warnings"]:
        click.echo(f"  Note: {ODD[code]}.")


@batch.command()
@click.argument("number", metavar="BATCH", type=int)
@officer_option
@reason_option
@json_option
def reject(number: int, officer: str, reason: str, as_json: bool) -> None:
    """Say no to a BATCH."""
    with register(as_json=as_json):
        from nsor.register import services

        rejected = services.reject(number, acting(officer), reason)
        if as_json:
            print_object({"batch": rejected.pk, "state": rejected.state})
        else:
            click.echo(f"Batch {rejected.pk} is rejected: nothing of it is published.")


@click.command()
@click.argument("number", metavar="BATCH", type=int)
@officer_option
@json_option
def approve(number: int, officer: str, as_json: bool) -> None:
    """Approve a BATCH and publish it."""
    with register(as_json=as_json):
        from nsor.register import services
        from nsor.register.models import Batch

        who = acting(officer)
        entries = Batch.objects.filter(pk=number).values_list("entries", flat=True).first() or 0
        with progress_bar("Publishing", entries) as progress:
            approval = services.approve(number, who, progress=progress)
        if as_json:
            print_object(approval._asdict())
            return
        click.echo(
            f"Batch {approval.batch} is approved. People published: {approval.published};"
            f" the last sequence is {approval.sequence}."
        )
