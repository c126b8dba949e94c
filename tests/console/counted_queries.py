"""Which tables a page asked."""

import re

from django.test.utils import CaptureQueriesContext

_SHARED = ("django_", "accounts_", "mfa_", "usersessions_", "account_")


def own_tables(asked: CaptureQueriesContext) -> list[str]:
    """Return the tables that were asked, without those of the session and the sign-in."""
    found = [re.search(r'FROM "?(\w+)', one["sql"]) for one in asked]
    return [one[1] for one in found if one and not one[1].startswith(_SHARED)]
