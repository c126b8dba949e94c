"""What a password may be, and the look-up of those that are public."""

import hashlib
from pathlib import Path

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from nsor.accounts.breached import is_breached
from nsor.accounts.models import Officer

OFFICER = Officer(name="Muhammad Aslam")


def a_list(path: Path, *passwords: str) -> Path:
    """Write a file as Have I Been Pwned gives it."""
    lines = sorted(
        f"{hashlib.sha1(one.encode(), usedforsecurity=False).hexdigest().upper()}:{number + 1}"
        for number, one in enumerate(passwords)
    )
    path.write_text("\r\n".join(lines))
    return path


@pytest.mark.parametrize(
    "password",
    [
        "a heron stands in the canal",
        "نہر کے کنارے بگلا کھڑا ہے",
        "a b" * 85,
        "twelve chars",
    ],
)
def test_any_characters_are_allowed(password: str) -> None:
    validate_password(password, OFFICER)


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("eleven char", "password_length"),
        ("y" * 257, "password_length"),
        ("muhammad aslam", "password_is_name"),
        ("I am Muhammad-Aslam!", "password_is_name"),
        ("qwertyuiop12", "password_public"),
    ],
)
def test_what_is_easily_guessed_is_refused(password: str, code: str) -> None:
    with pytest.raises(ValidationError) as told:
        validate_password(password, OFFICER)
    assert code in {one.code for one in told.value.error_list}


def test_a_password_that_was_made_public_is_refused(tmp_path: Path, settings: Settings) -> None:
    listed = a_list(tmp_path / "pwned.txt", "correct horse battery", *map(str, range(500)))
    validate_password("correct horse battery", OFFICER)

    settings.BREACHED_PASSWORDS = str(listed)
    with pytest.raises(ValidationError) as told:
        validate_password("correct horse battery", OFFICER)
    assert {one.code for one in told.value.error_list} == {"password_public"}
    validate_password("another horse battery", OFFICER)


def test_a_list_that_can_not_be_read_lets_nothing_pass(tmp_path: Path, settings: Settings) -> None:
    settings.BREACHED_PASSWORDS = str(tmp_path / "gone.txt")
    with pytest.raises(ValidationError) as told:
        validate_password("another horse battery", OFFICER)
    assert {one.code for one in told.value.error_list} == {"password_unchecked"}


@given(st.sets(st.text(st.characters(codec="utf-8"), min_size=1), max_size=40), st.text(max_size=8))
def test_the_file_is_searched_as_a_set_would_be(
    tmp_path_factory: pytest.TempPathFactory, listed: set[str], other: str
) -> None:
    path = a_list(tmp_path_factory.mktemp("list") / "pwned.txt", *listed)
    for one in listed:
        assert is_breached(one, path)
    assert is_breached(other, path) is (other in listed)


def test_a_password_is_the_same_from_two_keyboards() -> None:
    officer = Officer(name="Dawood")
    officer.set_password("caf\u00e9 by the canal")
    assert officer.check_password("cafe\u0301 by the canal")
