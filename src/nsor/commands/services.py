"""The commands that answer: one check, and the processes that run until they are told to stop."""

import os
import sys

import click

from nsor.commands import base


@click.command()
@click.argument("cnic", metavar="CNIC")
@click.option(
    "--audience", type=click.Choice(["public"]), default="public", help="Whom it is told to."
)
@base.json_option
def check(cnic: str, audience: str, *, as_json: bool) -> None:
    """Print what an audience is told about CNIC."""
    with base.refusals(as_json=as_json):
        from django.conf import settings

        from nsor.disclosure import single

        found = single.check(cnic, "public", short_code=settings.SHORT_CODE)
        if as_json:
            base.print_object(found._asdict())
        else:
            click.echo(f"{found.text_ur}\n{found.text_en}")
        if found.outcome in ("unreadable", "unavailable"):
            sys.exit(1)


@click.command()
@click.option("--demo", is_flag=True, hidden=True)
def gateway(*, demo: bool) -> None:
    """Run the SMS gateway until SIGTERM."""
    with base.refusals(as_json=False):
        from django.conf import settings

        from nsor.register import feed
        from nsor.sms import service

        sys.exit(service.run(settings.HOME, feed, demo=demo))


@click.command()
def web() -> None:
    """Run the web application until SIGTERM."""
    from nsor.web import server

    try:
        command = server.command(os.environ.get("NSOR_WEB_BIND", "127.0.0.1:8000"))
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    os.execv(command[0], command)  # noqa: S606 - granian takes over this process, no shell


@click.command()
def demo() -> None:
    """Run everything on this machine, with made-up people and a handset in the browser."""
    with base.refusals(as_json=False):
        from django.conf import settings

        from nsor.commands import setup
        from nsor.demo import run

        sys.exit(run.run(settings.HOME, setup.migrate_database))
