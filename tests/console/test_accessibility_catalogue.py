"""No page is forgotten by those who look at every page."""

from collections.abc import Iterator

from django.urls import get_resolver
from django.urls.resolvers import URLResolver
from pages import PAGES, SHOW_NOTHING


def _names(resolver: URLResolver) -> Iterator[str]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _names(one)
        elif one.name:
            yield one.name


def test_every_page_is_looked_at_or_shows_nothing() -> None:
    ours = ("console-", "account_", "mfa_")
    routes = {name for name in _names(get_resolver()) if name.startswith(ours)}
    seen = {one.name for one in PAGES}
    assert routes - seen - SHOW_NOTHING == set()
    assert seen & SHOW_NOTHING == set()


def test_nothing_is_named_that_is_gone() -> None:
    names = set(_names(get_resolver()))
    assert SHOW_NOTHING - names == set()
    assert {one.name for one in PAGES} - names == set()
