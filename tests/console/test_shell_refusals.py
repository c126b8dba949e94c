"""Whatever the register refuses is told in the language of the page."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import translation

import nsor
from nsor.accounts.services import BadCredentials
from nsor.register.errors import Refusal
from nsor.web.refusals import SENTENCES, told, told_code

SOURCE = Path(nsor.__file__).parent
ROOMS = ("register", "law", "accounts", "audit", "backup")
FIRST = {"Refusal", "LawRefusal", "TrailError", "BackupError", "MaybeKnown", "AccountError"}
"""Calls whose first argument is a code."""
LATER = {"Fault": 1, "CellFault": 1, "Broken": 1, "Finding": 2}
"""Calls that have a code at a later place."""


def _words(node: ast.expr) -> Iterator[str]:
    """Yield each constant that an expression may be."""
    if isinstance(node, ast.IfExp):
        yield from _words(node.body)
        yield from _words(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value


def _codes(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            place = 0 if node.func.id in FIRST else LATER.get(node.func.id)
            if place is not None and len(node.args) > place:
                yield from _words(node.args[place])
        elif isinstance(node, ast.ClassDef):
            for line in node.body:
                if isinstance(line, ast.Assign) and getattr(line.targets[0], "id", "") == "code":
                    yield from _words(line.value)


def codes() -> dict[str, str]:
    """Return every code that the register's rooms refuse with, and a file that has it."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for path in sorted((SOURCE / room).rglob("*.py")):
            for code in _codes(ast.parse(path.read_text())):
                found.setdefault(code, path.relative_to(SOURCE).as_posix())
    return found


def test_there_are_codes_to_look_for() -> None:
    some = {"own_entry", "bad_cnic", "no_policy", "trail_damaged", "bad_credentials"}
    assert some <= set(codes())


@pytest.mark.parametrize("code", sorted(codes()))
def test_each_code_has_a_sentence(code: str) -> None:
    assert code in SENTENCES, f"{codes()[code]} refuses with {code}"


def test_an_english_page_shows_what_the_refusal_says() -> None:
    with translation.override("en"):
        assert told(Refusal("unknown_batch", "There is no batch of number 12.")) == (
            "There is no batch of number 12."
        )


@pytest.mark.parametrize(
    "error", [Refusal("own_entry", "An officer, batch 12."), BadCredentials("No officer, 12.")]
)
def test_an_urdu_page_shows_the_sentence_of_the_code(error: Exception) -> None:
    with translation.override("ur"):
        sentence = told(error)
    assert "افسر" in sentence
    assert "12" not in sentence


def test_a_message_that_is_translated_word_for_word_is_shown_so() -> None:
    with translation.override("ur"):
        assert told_code("bad_value", "The date lies in the future.") == "تاریخ مستقبل کی ہے۔"


def test_an_unknown_code_is_told_in_english_and_not_hidden() -> None:
    with translation.override("ur"):
        assert told_code("no_such_code", "Something else.") == "Something else."
