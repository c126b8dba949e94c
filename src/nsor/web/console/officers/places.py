"""Jurisdictions as pages name them."""

from django.utils.translation import get_language

from nsor import places


def named(slug: str) -> str:
    """Return a jurisdiction's name in the page's language; its slug where nothing has it."""
    try:
        return places.names(slug, get_language() or "ur")
    except KeyError:
        return slug


def choices() -> list[tuple[str, str]]:
    """Return every jurisdiction with its name in the page's language."""
    return [(one.slug, named(one.slug)) for one in places.jurisdictions()]
