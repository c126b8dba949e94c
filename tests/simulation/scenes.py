"""Worlds and people that the tests of one promise begin with."""

from citizens import Question, a_long_text
from simulated_time import STARTS_AT
from world import Mood, World

from nsor.disclosure import wording

LISTED, UNLISTED = "3520112345671", "5440112345677"
SENDER = "923001234567"
TO_MIDNIGHT = 86400.0 - (STARTS_AT + 5 * 3600) % 86400.0
NO_RECORD = wording.not_listed("ur", UNLISTED)
QUASHED = wording.not_listed("ur", LISTED)


def a_running_world(**fields: object) -> World:
    """Build a world whose gateway is bound, with one person listed."""
    world = World(**fields)  # type: ignore[arg-type]
    world.register.list_person(LISTED)
    gateway = world.boot()
    world.until(lambda: gateway.bound)
    return world


def a_long_question(world: World, sent: int = 2) -> Question:
    """Have a citizen send ``sent`` of the two parts of a text."""
    coding, bodies = a_long_text(f"EN {UNLISTED} please", 7, 2)
    kind = "check" if sent == 2 else "incomplete"
    return world.ask(
        Question("jazz", SENDER, kind, "en", UNLISTED, bodies[:sent], coding, 0.0)  # type: ignore[arg-type]
    )


def always(status: int | None) -> Mood:
    """Return a mood that answers every submit alike."""
    return lambda message: status


def has_taken_a_part(world: World) -> bool:
    """Whether the operator's word on one part has come."""
    return world.total("parts").total() == 1


def has_arrived(world: World, times: int) -> bool:
    """Whether so many texts have reached the gateway."""
    return len(world.tap.arrivals) == times
