"""The fields that officers type into: days and identity numbers, in any digits."""

import datetime

import pytest
from django import forms
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from nsor import cnic
from nsor.web.fields import DayField, NumberField, plain_digits

NEW_YEARS_EVE = datetime.date(2020, 12, 31)
URDU = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
ARABIC = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")


class Typed(forms.Form):
    day = DayField(required=False)
    number = NumberField(required=False)


@pytest.mark.parametrize(
    "text",
    [
        "31/12/2020",
        "31-12-2020",
        "31.12.2020",
        " 31 / 12 / 2020 ",
        "2020-12-31",
        "2020/12/31",
        "۳۱/۱۲/۲۰۲۰",
        "٣١-١٢-٢٠٢٠",
        "\u202a31/12/2020\u202c",
    ],
)
def test_a_day_is_read_however_it_is_typed(text: str) -> None:
    assert DayField().clean(text) == NEW_YEARS_EVE


@pytest.mark.parametrize("text", ["31/12/20", "12/31/2020", "30/2/2020", "soon", "31", "2020"])
def test_what_is_no_day_is_told_with_an_example(text: str) -> None:
    with translation.override("en"):
        form = Typed({"day": text})
        assert form.errors["day"] == ["Write a day as day/month/year, such as 31/12/2020."]


@given(st.dates(min_value=datetime.date(1900, 1, 1)), st.sampled_from([URDU, ARABIC, {}]))
def test_a_day_that_is_shown_is_read_as_itself(day: datetime.date, digits: dict[int, str]) -> None:
    shown = DayField().widget.format_value(day)
    assert shown is not None
    assert DayField().clean(shown.translate(digits)) == day


def test_a_day_is_shown_from_left_to_right_on_an_urdu_page_too() -> None:
    with translation.override("ur"):
        html = str(Typed(initial={"day": NEW_YEARS_EVE})["day"])
    assert 'value="31/12/2020"' in html
    assert 'dir="ltr"' in html


@pytest.mark.parametrize(
    "text",
    [
        "3520112345671",
        "35201-1234567-1",
        "35201 1234567 1",
        "۳۵۲۰۱-۱۲۳۴۵۶۷-۱",
        "٣٥٢٠١١٢٣٤٥٦٧١",
        "\u206635201–1234567–1\u2069",
    ],
)
def test_a_number_is_read_however_it_is_typed(text: str) -> None:
    assert NumberField().clean(text) == "3520112345671"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("352011234567", "bad_cnic"),
        ("35201123456712", "bad_cnic"),
        ("352-0112345671", "bad_cnic"),
        ("abc", "bad_cnic"),
        ("0520112345671", "no_province"),
        ("95201-1234567-1", "no_province"),
    ],
)
def test_what_can_be_no_number_is_told_without_repeating_it(text: str, code: str) -> None:
    form = Typed({"number": text})
    [error] = form.errors.as_data()["number"]
    assert error.code == code
    assert text not in str(form.errors["number"])


@given(st.text(max_size=60))
def test_whatever_is_typed_a_number_comes_out_or_an_error(text: str) -> None:
    try:
        found = NumberField(required=False).clean(text)
    except forms.ValidationError:
        return
    assert found == "" or cnic.is_possible(found)


def test_a_stored_number_is_shown_with_its_dashes_and_a_wrong_one_as_it_was_typed() -> None:
    assert 'value="35201-1234567-1"' in str(Typed(initial={"number": "3520112345671"})["number"])
    assert 'value="12345"' in str(Typed({"number": "12345"})["number"])


@given(st.text())
def test_plain_digits_has_no_other_digits(text: str) -> None:
    assert all(letter.isascii() for letter in plain_digits(text) if letter.isdecimal())
