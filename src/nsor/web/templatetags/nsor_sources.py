"""Template tags of the sources' room."""

from django import template

from nsor.web.console.sources.words import TABLES

register = template.Library()


@register.filter
def source_word(value: object, table: str) -> str:
    """Return what a stored word of sources is called on pages."""
    return str(TABLES[table].get(str(value), value))
