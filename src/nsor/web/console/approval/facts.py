"""What is entered, as an approver reads it: every fact with its name, the old beside the new.

Rules that hold here: what differs is marked in words, not by colour alone; a field that is empty on
both sides isn't shown; a text in the page's other language says so to the browser.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Final, NamedTuple

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from nsor.law.catalogue import section_names
from nsor.register.documents import Alias, Place, Profile
from nsor.register.models import Evidence
from nsor.register.people import Person
from nsor.register.proposed import Judged, Proposal, Side
from nsor.web import words
from nsor.web.templatetags import nsor_web

NOTHING: Final = SafeString("")


class Fact(NamedTuple):
    """One fact; ``old`` None where there is nothing to compare it with."""

    label: str | Promise
    new: SafeString
    old: SafeString | None = None
    is_changed: bool = False


class Group(NamedTuple):
    """Facts that belong together; ``state`` is ``new``, ``changed``, ``same`` or ``gone``."""

    title: str
    state: str
    facts: tuple[Fact, ...]

    @property
    def is_compared(self) -> bool:
        """Tell whether old stands beside new."""
        return self.state in ("changed", "same")

    @property
    def changed(self) -> tuple[Fact, ...]:
        """The facts that differ."""
        return tuple(fact for fact in self.facts if fact.is_changed)


Shown = Callable[[Any], SafeString]
Field = tuple[str, Promise, Shown]


def _plain(value: object) -> SafeString:
    return format_html("<bdi>{}</bdi>", value)


def _months(value: int) -> SafeString:
    return _plain(ngettext("%(count)d month", "%(count)d months", value) % {"count": value})


def _word(table: str) -> Shown:
    return lambda value: format_html("{}", words.word(value, table))


def _yes_or_no(value: bool) -> SafeString:
    return format_html("{}", gettext("yes") if value else gettext("no"))


def _sections(value: str) -> SafeString:
    return format_html_join(
        ", ", '<bdi lang="en" dir="ltr">{}</bdi>', ((one,) for one in section_names(value))
    )


def _aliases(value: tuple[Alias, ...]) -> SafeString:
    shown = (nsor_web.urdu(one.name_ur) if one.name_ur else NOTHING for one in value)
    pairs = zip(shown, value, strict=True)
    return format_html_join(
        "; ",
        "{} {}",
        ((urdu, nsor_web.latin(one.name_en) if one.name_en else NOTHING) for urdu, one in pairs),
    )


def _places(value: tuple[Place, ...]) -> SafeString:
    return format_html_join(
        "; ",
        "{}: <bdi>{}</bdi>",
        (
            (
                words.word(one.kind, "address"),
                ", ".join(part for part in (one.text, one.district, one.province) if part),
            )
            for one in value
        ),
    )


def _document(value: int) -> SafeString:
    name = gettext("document %(number)d") % {"number": value}
    owner = Evidence.objects.filter(pk=value).values_list("offender", flat=True).first()
    if owner is None:
        return _plain(name)
    address = reverse("console-record-evidence", args=[owner, value])
    return format_html('<a href="{}">{}</a>', address, name)


PROFILE: Final[tuple[Field, ...]] = (
    ("name_ur", _("Name in Urdu"), nsor_web.urdu),
    ("name_en", _("Name in English"), nsor_web.latin),
    ("relation", _("Named after"), _word("relation")),
    ("father_name_ur", _("Father's or husband's name in Urdu"), nsor_web.urdu),
    ("father_name_en", _("Father's or husband's name in English"), nsor_web.latin),
    ("sex", _("Sex"), _word("sex")),
    ("date_of_birth", _("Date of birth"), nsor_web.day),
    ("birth_year", _("Year of birth"), _plain),
    ("address", _("Address"), _plain),
    ("district", _("District"), _plain),
    ("province", _("Province"), _plain),
    ("marks", _("Marks"), _plain),
    ("aliases", _("Other names"), _aliases),
    ("places", _("Other addresses"), _places),
    ("photograph", _("Photograph"), _document),
)
CASE: Final[tuple[Field, ...]] = (
    ("court", _("Court"), _plain),
    ("case_number", _("Case number"), nsor_web.latin),
    ("fir_number", _("FIR number"), nsor_web.latin),
    ("police_station", _("Police station"), _plain),
)
CONVICTION: Final[tuple[Field, ...]] = (
    ("sections", _("Sections"), _sections),
    ("offence_on", _("Date of the offence"), nsor_web.day),
    ("convicted_on", _("Date of conviction"), nsor_web.day),
    ("sentenced_on", _("Date of sentence"), nsor_web.day),
    ("released_on", _("Date of release"), nsor_web.day),
    ("sentence_months", _("Length of the sentence"), _months),
    ("victim_category", _("Category of victim"), _word("victim")),
    ("victim_under_13", _("A victim was under 13"), _yes_or_no),
    ("juvenile", _("Convict was under 18 at the offence"), _yes_or_no),
    ("court_order", _("A court ordered publication"), _yes_or_no),
    ("appeal_state", _("Appeal"), _word("appeal")),
)
SENTENCE: Final[Field] = ("sentence", _("Sentence"), _plain)


def groups(proposal: Proposal) -> list[Group]:
    """Return all that an act enters or changes, and what it leaves as it is."""
    if not proposal.after:
        return [group for side in proposal.before for group in _person(side, None)]
    before = {side.person.offender.pk: side for side in proposal.before if side.is_known}
    found: list[Group] = []
    for side in proposal.after:
        old = before.pop(side.person.offender.pk, None)
        found += _person(side, old)
        found += _own_particulars(side, proposal.batch.pk)
    for gone in before.values():  # who would be one with another
        found.append(_compared_with_the_whole(gone, proposal.after[0]))
    return found


def _person(side: Side, old: Side | None) -> Iterator[Group]:
    person = side.person
    yield _group(
        gettext("Who it is"),
        _facts(PROFILE, person.profile, old.person.profile if old else None),
        compared=old is not None,
    )
    yield _numbers(person, old.person if old else None)
    yield from _convictions(side, old)
    yield _group(
        gettext("How the registration stands"),
        tuple(_standing(person, old.person if old else None)),
        compared=old is not None,
    )


def _group(title: str, facts: tuple[Fact, ...], *, compared: bool) -> Group:
    state = "new"
    if compared:
        state = "changed" if any(fact.is_changed for fact in facts) else "same"
    return Group(title, state, facts)


def _facts(fields: Iterable[Field], new: object, old: object | None) -> tuple[Fact, ...]:
    found = []
    for name, label, shown in fields:
        value = getattr(new, name)
        before = getattr(old, name) if old is not None else None
        if _is_empty(value) and _is_empty(before):
            continue
        found.append(
            Fact(
                label,
                _show(shown, value),
                _show(shown, before) if old is not None else None,
                old is not None and value != before,
            )
        )
    return tuple(found)


def _is_empty(value: object) -> bool:
    return value is None or value in ("", ())


def _show(shown: Shown, value: object) -> SafeString:
    return NOTHING if _is_empty(value) else shown(value)


def _numbers(person: Person, old: Person | None) -> Group:
    known = {one.row for one in old.numbers} if old else set()
    held = {one.row for one in person.numbers}
    facts = []
    for one in person.numbers:
        is_added = old is not None and one.row not in known
        shown = nsor_web.number(one.digits)
        facts.append(
            Fact(
                words.word(one.kind, "number"),
                shown,
                None if old is None else NOTHING if is_added else shown,
                is_added,
            )
        )
    facts += [
        Fact(words.word(one.kind, "number"), NOTHING, nsor_web.number(one.digits), True)
        for one in (old.numbers if old else ())
        if one.row not in held
    ]
    return _group(gettext("Identity numbers"), tuple(facts), compared=old is not None)


def _convictions(side: Side, old: Side | None) -> Iterator[Group]:
    known = {one.conviction.pk: one for one in old.judged} if old else {}
    for one in side.judged:
        before = known.pop(one.conviction.pk, None)
        if before is None and one.conviction.replaces_id:
            before = known.pop(one.conviction.replaces_id, None)
        yield _conviction(one, before)
    for gone in known.values():
        yield _conviction(gone, None)._replace(state="gone")


def _conviction(one: Judged, old: Judged | None) -> Group:
    facts = (
        *_facts(CASE, one.case, old.case if old else None),
        *_facts(CONVICTION, one.conviction, old.conviction if old else None),
        *_facts([SENTENCE], one.case, old.case if old else None),
    )
    return _group(gettext("Conviction"), facts, compared=old is not None)


class _Stand(NamedTuple):
    standing: str
    ground: str
    deceased_on: date | None
    tier: int
    term_ends: date | None
    review_on: date | None


_STANDING: Final[tuple[Field, ...]] = (
    ("standing", _("Standing"), _word("standing")),
    ("ground", _("Ground"), _word("ground")),
    ("deceased_on", _("Died on"), nsor_web.day),
    ("tier", _("Tier"), _plain),
    ("term_ends", _("The term ends on"), nsor_web.day),
    ("review_on", _("The next review is due on"), nsor_web.day),
)


def _stand(person: Person) -> _Stand:
    offender, term = person.offender, person.term
    died = person.facts.deceased_on
    return _Stand(offender.standing, offender.ground, died, term.tier, term.ends, term.review_on)


def _standing(person: Person, old: Person | None) -> Iterator[Fact]:
    yield from _facts(_STANDING, _stand(person), _stand(old) if old else None)
    if person.convictions and person.term.ends is None:
        for_life = SafeString(gettext("for life"))
        was_for_life = old is not None and bool(old.convictions) and old.term.ends is None
        old_term = None if old is None else (for_life if was_for_life else NOTHING)
        changed = old is not None and not was_for_life
        yield Fact(_("Term"), for_life, old_term, changed)


def _own_particulars(side: Side, batch: int) -> Iterator[Group]:
    """Yield where an entry of a known person calls them otherwise than the record does."""
    for one in side.judged:
        if one.conviction.batch_id != batch or one.conviction.replaces_id:
            continue
        entered: Profile = one.case.person
        facts = _facts(PROFILE, entered, side.person.profile)
        differing = tuple(fact for fact in facts if fact.is_changed and fact.new)
        if differing:
            yield Group(gettext("As this entry calls the person"), "changed", differing)


def _compared_with_the_whole(gone: Side, whole: Side) -> Group:
    facts = _facts(PROFILE, whole.person.profile, gone.person.profile)
    title = gettext("The other record, beside the one that stands for both")
    return _group(title, facts, compared=True)
