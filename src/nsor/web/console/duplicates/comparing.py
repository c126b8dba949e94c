"""Two records side by side, fact by fact, with what differs marked.

Rules that hold here: a fact that neither has is left out; what differs says so in words.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from nsor.register.reading import RecordView
from nsor.register.text import fold
from nsor.web.templatetags import nsor_web

_NOTHING: Final = SafeString("")


class Line(NamedTuple):
    """One fact of both."""

    label: str | Promise
    one: SafeString
    other: SafeString
    differs: bool


class _Fact(NamedTuple):
    label: Promise
    value: Callable[[RecordView], object]
    """What is compared."""
    shown: Callable[[RecordView], SafeString]


def lines(one: RecordView, other: RecordView) -> Iterator[Line]:
    """Yield what the two records say, fact by fact."""
    for fact in _FACTS:
        values = fact.value(one), fact.value(other)
        if any(values):
            yield Line(fact.label, fact.shown(one), fact.shown(other), values[0] != values[1])


def _numbers(record: RecordView) -> SafeString:
    return format_html_join(
        SafeString("<br>"), "{}", ((nsor_web.number(one.digits),) for one in record.numbers)
    )


def _aliases(record: RecordView) -> SafeString:
    return format_html_join(
        SafeString("<br>"),
        "{} {}",
        (
            (
                nsor_web.urdu(alias.name_ur) if alias.name_ur else _NOTHING,
                nsor_web.latin(alias.name_en) if alias.name_en else _NOTHING,
            )
            for alias in record.profile.aliases
        ),
    )


def _born(record: RecordView) -> SafeString:
    profile = record.profile
    if profile.date_of_birth:
        return nsor_web.day(profile.date_of_birth)
    return nsor_web.latin(str(profile.birth_year)) if profile.birth_year else _NOTHING


def _cases(record: RecordView) -> SafeString:
    return format_html_join(
        SafeString("<br>"),
        "<bdi>{}</bdi>, {}, {}, {}",
        (
            (
                one.case.court,
                nsor_web.isolated(one.case.case_number),
                nsor_web.latin("; ".join(one.sections)),
                nsor_web.day(one.convicted_on),
            )
            for one in record.convictions
        ),
    )


def _text(value: str) -> SafeString:
    return nsor_web.isolated(value) if value else _NOTHING


_FACTS: Final = (
    _Fact(
        _("Name in Urdu"),
        lambda record: fold(record.profile.name_ur),
        lambda record: nsor_web.urdu(record.profile.name_ur),
    ),
    _Fact(
        _("Name in English"),
        lambda record: fold(record.profile.name_en),
        lambda record: nsor_web.latin(record.profile.name_en),
    ),
    _Fact(
        _("Father's or husband's name in Urdu"),
        lambda record: (record.profile.relation, fold(record.profile.father_name_ur)),
        lambda record: nsor_web.urdu(record.profile.father_name_ur),
    ),
    _Fact(
        _("Father's or husband's name in English"),
        lambda record: (record.profile.relation, fold(record.profile.father_name_en)),
        lambda record: nsor_web.latin(record.profile.father_name_en),
    ),
    _Fact(_("Other names"), lambda record: record.profile.aliases, _aliases),
    _Fact(
        _("Sex"),
        lambda record: record.profile.sex,
        lambda record: SafeString(nsor_web.word(record.profile.sex, "sex")),
    ),
    _Fact(
        _("Born"), lambda record: record.profile.date_of_birth or record.profile.birth_year, _born
    ),
    _Fact(_("Numbers"), lambda record: {one.digits for one in record.numbers}, _numbers),
    _Fact(
        _("Address"),
        lambda record: fold(record.profile.address),
        lambda record: _text(record.profile.address),
    ),
    _Fact(
        _("District"),
        lambda record: fold(record.profile.district),
        lambda record: _text(record.profile.district),
    ),
    _Fact(
        _("Marks"),
        lambda record: fold(record.profile.marks),
        lambda record: _text(record.profile.marks),
    ),
    _Fact(
        _("Convictions"),
        lambda record: {(one.case.case_number, one.convicted_on) for one in record.convictions},
        _cases,
    ),
    _Fact(
        _("Status"),
        lambda record: record.state,
        lambda record: nsor_web.tag(record.state),
    ),
)
