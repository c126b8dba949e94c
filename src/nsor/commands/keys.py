"""``nsor keys``: giving the key ring a new key while everything serves, and taking an old one out.

Rules that hold here: of a key only its name is printed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

from nsor.commands.base import json_option, print_object, progress_bar, register

if TYPE_CHECKING:
    from nsor.register.key_use import KeyUse

UNSEEN = (
    "What lies where the register can't look still needs it: the outbox of a gateway that has not"
    " been started since the rotation, and every backup from before. Keep it in escrow for them."
)


@click.group()
def keys() -> None:
    """The key ring, from which every key is derived."""


@contextmanager
def _register(*, as_json: bool) -> Iterator[None]:
    """Like ``register``, and refuse where something doesn't open with its key."""
    with register(as_json=as_json):
        from nsor.register.errors import Refusal
        from nsor.secrecy.box import SealBroken

        try:
            yield
        except SealBroken as error:
            raise Refusal("seal_broken", f"{error} Run `nsor audit verify`.") from None


@keys.command()
@click.option("--resume", is_flag=True, help="Bring everything to the ring's current key.")
@json_option
def rotate(*, resume: bool, as_json: bool) -> None:
    """Add a fresh key to the ring and bring everything to it, or go on where that stopped."""
    with _register(as_json=as_json):
        from nsor.register import rekeying

        with progress_bar("keys", 100) as tell:
            done = rekeying.rotate(resume=resume, progress=lambda part, of: tell(100 * part // of))
        if as_json:
            print_object(done._asdict())
            return
        begun = "was added" if done.added else "was there already"
        click.echo(f"The key {done.ring_key} {begun}, and everything in the register is under it.")
        click.echo(
            f"Wrapped anew: {done.person_keys} keys of people."
            f" Made anew: the look-up tokens of {done.people} people."
        )


@keys.command()
@json_option
def show(*, as_json: bool) -> None:
    """List the keys of the ring by name, and how much is under each."""
    with _register(as_json=as_json):
        from nsor.register.key_use import key_use

        found = key_use()
        if as_json:
            print_object({"keys": [one._asdict() for one in found]})
            return
        for one in found:
            click.echo(_line(one))


def _line(one: "KeyUse") -> str:
    standing = "current" if one.current else "older" if one.in_ring else "NOT IN THE RING"
    tokens = "look-up tokens" if one.tokens else "no look-up tokens"
    return (
        f"{one.id} ({standing}): {one.person_keys} keys of people, {tokens}, {one.reasons} reasons,"
        f" {one.trail_keys} keys of the trail, {one.journal_notes} notes of the journal,"
        f" {one.second_factors} secrets of second factors"
    )


@keys.command()
@click.argument("key_id", metavar="ID")
@json_option
def retire(key_id: str, *, as_json: bool) -> None:
    """Take the key ID out of the ring, where nothing is under it any more."""
    with _register(as_json=as_json):
        from nsor.register import key_use

        key_use.retire(key_id)
        if as_json:
            print_object({"retired": key_id})
            return
        click.echo(f"The key {key_id} is out of the ring. {UNSEEN}")
