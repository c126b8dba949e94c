"""``nsor worker`` and ``nsor reviews``: what the clock does, and what it says falls due."""

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

import click

from nsor.commands import base

if TYPE_CHECKING:
    import structlog

    from nsor.register.worker import Outcome


@click.command()
@click.option("--once", is_flag=True, help="Do every work once, and end with what came of it.")
@base.json_option
def worker(*, once: bool, as_json: bool) -> None:
    """Run what the clock does until SIGTERM: checkpoints, ended terms, changes of the law."""
    with base.register(as_json=as_json):
        from nsor.register import worker as works
        from nsor.sms import logs

        log = _Log(logs.configure())
        more = (works.Job("sum_up_refusals", _sum_up_refusals),)
        try:
            if once:
                _print_outcomes(works.run_once(log, more), as_json=as_json)
            else:
                with _figures_served():
                    works.run(_told_to_stop(), log, more)
        finally:
            logs.drain()


def _sum_up_refusals(_: object) -> Mapping[str, int]:
    """Enter in the trail what a process refused and didn't sum up before it died."""
    from nsor.sources import counting

    minutes = counting.catch_up()
    return {"minutes": minutes} if minutes else {}


@contextmanager
def _figures_served() -> Iterator[None]:
    """Serve the sources' figures at ``NSOR_WORKER_OPS_BIND``, where that is set."""
    if not os.environ.get("NSOR_WORKER_OPS_BIND"):
        yield
        return
    from nsor.sms import config
    from nsor.sms.ops import OpsServer

    try:
        address = config.bind_address(os.environ, "NSOR_WORKER_OPS_BIND", "127.0.0.1:9465")
    except config.ConfigError as error:
        raise click.UsageError(str(error)) from None
    ops = OpsServer(address, lambda: {"ready": True, "reasons": []}, _figures)
    try:
        yield
    finally:
        ops.close()


def _figures() -> bytes:
    from django.db import connections

    from nsor.sources import figures

    try:
        return figures.metrics()
    finally:
        connections.close_all()


class _Log:
    """Tells the log; of an error its type and place, for its text may hold what somebody sent."""

    def __init__(self, log: "structlog.typing.FilteringBoundLogger") -> None:
        self._log = log

    def done(self, job: str, counts: Mapping[str, int]) -> None:
        self._log.info("job_done", job=job, **counts)

    def failed(self, job: str, error: Exception) -> None:
        from nsor.sms import logs

        told = logs.told_of(type(error), error.__traceback__)
        self._log.error("job_failed", job=job, code=getattr(error, "code", ""), **told)


def _told_to_stop() -> Event:
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return stop


def _print_outcomes(outcomes: "list[Outcome]", *, as_json: bool) -> None:
    if as_json:
        found = [{"job": one.job, "state": one.state, **one.counts} for one in outcomes]
        base.print_object({"jobs": found})
    else:
        for one in outcomes:
            counts = ", ".join(f"{name} {count}" for name, count in one.counts.items())
            click.echo(f"{one.job}: {one.state}" + (f" ({counts})" if counts else ""))
    if any(one.state == "failed" for one in outcomes):
        sys.exit(1)


@click.command()
@click.option(
    "--ahead", type=click.IntRange(0, 36500), default=30, show_default=True, metavar="DAYS"
)
@base.json_option
def reviews(*, ahead: int, as_json: bool) -> None:
    """List the reviews of registrations that fall due within DAYS, and those that are late."""
    with base.register(as_json=as_json):
        from nsor.register.scheduled import reviews_due

        found = reviews_due(ahead)
        if as_json:
            rows = [
                {"offender": one.offender, "on": one.on.isoformat(), "tier": one.tier}
                for one in found
            ]
            base.print_object({"reviews": rows})
            return
        for one in found:
            click.echo(f"{one.on} offender {one.offender}, tier {one.tier}")
        if not found:
            click.echo(f"No review falls due within {ahead} days.")
