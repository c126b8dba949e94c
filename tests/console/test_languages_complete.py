"""Both languages are whole: no text without its translation, none that says another thing."""

import re
from functools import cache

import polib
import pytest

from tools import messages

_PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")
LANGUAGES = messages.LANGUAGES


@cache
def catalogue(language: str) -> polib.POFile:
    """Return the catalogue that is committed."""
    return polib.pofile(str(messages.LOCALE / language / "LC_MESSAGES" / "django.po"))


@cache
def _known(language: str) -> dict[messages.Key, polib.POEntry]:
    return {messages.Key(one.msgctxt, one.msgid): one for one in catalogue(language)}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_product_is_translated(language: str) -> None:
    known = _known(language)
    missing = {
        key.text: sorted(text.files)
        for key, text in messages.ours().items()
        if key not in known or not known[key].translated()
    }
    assert missing == {}, "Write its Urdu, and run `make messages`."


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_libraries_say_on_our_pages_is_translated(language: str) -> None:
    translated = {one.msgid for one in catalogue(language) if one.translated()}
    assert messages.REQUIRED - translated == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_a_guess_or_a_left_over(language: str) -> None:
    assert [one.msgid for one in catalogue(language) if one.fuzzy or one.obsolete] == []
    assert [one.msgid for one in catalogue(language) if not one.translated()] == []
    known = set(messages.wanted(messages.translated(messages.sources_of_urdu())))
    assert [one for one in _known(language) if one not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_places_of_its_text(language: str) -> None:
    for one in catalogue(language):
        for said in [one.msgstr, *one.msgstr_plural.values()]:
            if said:
                allowed = [_places(one.msgid), _places(one.msgid_plural or one.msgid)]
                assert _places(said) in allowed, one.msgid


def _places(text: str) -> list[str]:
    return sorted(_PLACE.findall(text.replace("%%", "")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_compiled_is_what_is_written(language: str) -> None:
    compiled = messages.LOCALE / language / "LC_MESSAGES" / "django.mo"
    assert compiled.read_bytes() == catalogue(language).to_binary(), "Run `make messages`."


def test_urdu_is_written_in_urdu_letters() -> None:
    for one in catalogue("ur"):
        for said in [one.msgstr, *one.msgstr_plural.values()]:
            assert not re.search("[يىك]", said), f"{one.msgid}: Arabic yeh or kaf"
            assert not re.search("[۰-۹٠-٩]", said), f"{one.msgid}: digits are the ASCII ones"
