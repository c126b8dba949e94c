"""A served register that a real Chromium looks at: officers signed in, pages watched."""

import time
from dataclasses import dataclass, field
from typing import Any

from console_building import Desk
from django.test import Client
from pages import Seen, shown
from playwright.sync_api import Browser, BrowserContext, Page
from register_builders import Office

from nsor.accounts.models import Officer


@dataclass
class World:
    """A served register: where it is, its office, and who is signed in there."""

    address: str
    office: Office

    def __post_init__(self) -> None:
        self.shown = shown(self.office)
        self.clients = dict(self.shown.clients)

    def officer(self, role: str) -> Officer:
        own = {"entry": self.office.amna, "approval": self.office.bilal}
        found = own.get(role) or Officer.objects.filter(role=role).first()
        return found or self.office.hire(f"Officer of {role}", role)

    def cookies(self, role: str) -> list[Any]:
        """Return the cookies of an officer of a role; none where it is empty."""
        if not role:
            return []
        if role not in self.clients:
            self.clients[role] = Desk(self.officer(role)).client
        _prove_again(self.clients[role])
        return [
            {"name": name, "value": cookie.value, "url": self.address}
            for name, cookie in self.clients[role].cookies.items()
        ]

    def context(self, browser: Browser, role: str, **options: Any) -> BrowserContext:
        """Return a fresh window in which an officer of a role is signed in."""
        context = browser.new_context(reduced_motion="reduce", **options)
        context.add_cookies(self.cookies(role))
        return context

    def url(self, seen: Seen, language: str) -> str:
        """Return where a page is in a language."""
        path = Desk(language=language).address(seen.name, *seen.of(self.shown))
        return f"{self.address}{path}{seen.query}"


def _prove_again(client: Client) -> None:
    """Have whoever sits there have proved who they are at this moment."""
    session, now = client.session, time.time()
    proofs = session.get("account_authentication_methods", [])
    session["account_authentication_methods"] = [{**proof, "at": now} for proof in proofs]
    session.save()


@dataclass
class Watch:
    """What a page said that was wrong, and how much it fetched beside fonts, while it was open."""

    wrong: list[str] = field(default_factory=list)
    octets: int = 0

    def on(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", lambda said: self.wrong.append(said.text) if _bad(said) else None)
        page.on("requestfailed", lambda request: self.wrong.append(f"failed: {request.url}"))
        page.on("requestfinished", self._count)

    def _count(self, request: Any) -> None:
        if request.resource_type != "font":
            self.octets += request.sizes()["responseBodySize"]


def _bad(said: Any) -> bool:
    return said.type in ("error", "warning")
