"""``nsor alarm``: what an officer of approval does with a false alarm of the screening."""

import click

from nsor.commands.base import (
    acting,
    json_option,
    officer_option,
    print_object,
    reason_option,
    register,
)


@click.group()
def alarm() -> None:
    """Alarms of the screening that keeps victims out of the register."""


@alarm.command(name="pass")
@click.argument("fingerprint")
@officer_option
@reason_option
@json_option
def pass_(fingerprint: str, officer: str, reason: str, as_json: bool) -> None:
    """Let the alarm FINGERPRINT pass from now on; its message gives the fingerprint."""
    with register(as_json=as_json):
        from nsor.register.alarms import pass_alarm

        passed = pass_alarm(fingerprint, acting(officer), reason)
        if as_json:
            print_object({"fingerprint": passed.fingerprint})
        else:
            click.echo("The alarm passes from now on, wherever the same words stand.")
