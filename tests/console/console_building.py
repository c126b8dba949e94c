"""The console as its tests drive it: Django's own client, signed in as an officer."""

import time
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import translation

from nsor.accounts import sessions
from nsor.accounts.models import Officer


class Desk:
    """A browser at which one officer sits, or nobody."""

    def __init__(self, officer: Officer | None = None, language: str = "en") -> None:
        self.client = Client(headers={"host": "localhost"})
        self.language = language
        if officer is not None:
            sign_in(self.client, officer)

    def address(self, name: str, *args: object) -> str:
        """Return the address of a page in the language of the desk."""
        with translation.override(self.language):
            return reverse(name, args=args)

    def get(self, name: str, *args: object, query: Mapping[str, Any] | None = None) -> HttpResponse:
        """Open a page by its name."""
        return self.client.get(self.address(name, *args), query)  # type: ignore[return-value]

    def post(self, name: str, *args: object, data: Mapping[str, Any]) -> HttpResponse:
        """Send a form to a page by its name."""
        return self.client.post(self.address(name, *args), data)  # type: ignore[return-value]


def sign_in(client: Client, officer: Officer) -> None:
    """Have the client be signed in as an officer, past the second factor and just proved again."""
    client.force_login(officer)
    session = client.session
    now = time.time()
    session[sessions.BEGAN] = session[sessions.SEEN] = now
    session[sessions.PROVED] = True
    session["account_authentication_methods_user"] = str(officer.pk)
    session["account_authentication_methods"] = [
        {"method": "password", "at": now},
        {"method": "mfa", "type": "totp", "at": now},
        {"method": "proof", "at": now, "reauthenticated": True},
    ]
    session.save()


def text_of(response: HttpResponse) -> str:
    """Return the page as text."""
    return response.content.decode()
