"""The ``nsor`` command; each command lives in ``nsor.commands`` or in the room that it starts.

Rules that hold here: exit 0 done, 1 refused with reasons, 2 wrong usage. Nothing is imported here
that needs Django to be set up.
"""

import click

from nsor.commands import (
    alarms,
    audit,
    backup,
    entries,
    keys,
    law,
    people,
    services,
    setup,
    sources,
    worker,
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def nsor() -> None:
    """The national register: convictions, what the public is told of them, and who decided it."""


for _command in (
    setup.migrate,
    setup.officer,
    entries.import_,
    entries.batch,
    entries.approve,
    people.appeal,
    people.withdraw,
    alarms.alarm,
    worker.reviews,
    keys.keys,
    law.policy,
    audit.audit,
    sources.source,
    sources.sources,
    backup.backup,
    backup.restore,
    services.check,
    services.gateway,
    worker.worker,
    services.web,
    services.demo,
):
    nsor.add_command(_command)


def main() -> None:
    """Run the command line and exit."""
    nsor(prog_name="nsor")


if __name__ == "__main__":
    main()
