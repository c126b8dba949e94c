"""Adding officers and telling who they are."""

from typing import Any

import pytest

from nsor.accounts.models import Officer
from nsor.accounts.services import (
    BadCredentials,
    BadOfficer,
    OfficerExists,
    add_officer,
    authenticate,
)


def test_an_officer_is_known_by_name_and_secret(database: Any) -> None:
    officer, secret = add_officer("Amna", "entry")
    other, other_secret = add_officer("Bilal", "entry")

    assert authenticate("Amna", secret) == officer
    assert authenticate("Bilal", other_secret) == other
    assert secret not in Officer.objects.get(name="Amna").secret_hash
    assert len(secret) >= 43


@pytest.mark.parametrize("name", ["Amna", "Nobody"])
def test_a_wrong_secret_and_an_unknown_name_are_one_error(database: Any, name: str) -> None:
    add_officer("Amna", "entry")
    _, secret_of_another = add_officer("Bilal", "approval")

    with pytest.raises(BadCredentials) as told:
        authenticate(name, secret_of_another)
    assert str(told.value) == "No officer has this name and this secret: check both."


@pytest.mark.parametrize(
    ("name", "role", "error"),
    [
        ("", "entry", BadOfficer),
        ("A\nB", "entry", BadOfficer),
        ("A" * 101, "entry", BadOfficer),
        ("Chaudhry", "minister", BadOfficer),
        ("Amna", "approval", OfficerExists),
    ],
)
def test_an_officer_that_can_not_be_is_not_added(
    database: Any, name: str, role: str, error: type[Exception]
) -> None:
    add_officer("Amna", "entry")

    with pytest.raises(error):
        add_officer(name, role)
    assert Officer.objects.count() == 1
