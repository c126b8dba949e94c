"""The law of a day, and its changes, as the pages of this room show them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Field, Q

from nsor.law import changes, models, policy
from nsor.law.models import ROWS, Change, ChangeKind, ChangeState, Row
from nsor.law.rows import rows_in_force, version
from nsor.law.rules import WIDEST_FIRST
from nsor.web.console.policy import words

_NARROWEST_FIRST: Final = tuple(reversed(WIDEST_FIRST))


@dataclass(frozen=True)
class RuleShown:
    """What an audience may be told of a class of convictions."""

    row: models.DisclosureRule
    tells: str
    conditions: list[str]


@dataclass(frozen=True)
class AudienceShown:
    """An audience: whether it is answered, by which row, and its rules."""

    name: str
    audience: str
    opening: models.Policy | None
    rules: list[RuleShown]

    @property
    def is_open(self) -> bool:
        """Tell whether it is answered at all."""
        return self.opening is not None and self.opening.value == "open"


@dataclass(frozen=True)
class SettingShown:
    """A setting with its value in words."""

    row: models.Policy
    name: str
    value: str


@dataclass(frozen=True)
class TierShown:
    """A tier: which convictions are of it, for how long, and how often somebody is verified."""

    name: str
    rules: list[tuple[models.TierRule, str]]
    term: models.Term | None
    length: str
    clean: str
    juvenile: str
    review: str
    runs_from: str
    verifications: list[tuple[models.Verification, str]]


@dataclass(frozen=True)
class DutyShown:
    """What must be told, and by when."""

    row: models.Duty
    what: str
    by_when: str


@dataclass(frozen=True)
class LawShown:
    """The law of a day."""

    day: date
    version: int
    audiences: list[AudienceShown]
    settings: list[SettingShown]
    tier_set: str
    tiers: list[TierShown]
    duties: list[DutyShown]


def law_of(day: date) -> LawShown:
    """Return the law of a day."""
    settings = policy.settings_in_force(day)
    switch = settings.get("tier_set")
    chosen = switch.value if switch else ""
    return LawShown(
        day=day,
        version=version(),
        audiences=_audiences(day, settings),
        settings=[
            SettingShown(row, words.setting(key), words.value("setting", "value", row.value))
            for key, row in settings.items()
        ],
        tier_set=words.value("setting", "value", chosen),
        tiers=_tiers(day, chosen),
        duties=[DutyShown(row, *words.duty(row)) for row in _of_set(models.Duty, day, chosen)],
    )


def _audiences(day: date, settings: dict[str, models.Policy]) -> list[AudienceShown]:
    rules = rows_in_force(models.DisclosureRule, day)
    return [
        AudienceShown(
            str(words.AUDIENCES[audience]),
            audience,
            settings.get(f"{audience}_service"),
            [
                RuleShown(row, words.tells(row.tells), words.conditions(row))
                for row in sorted(rules, key=lambda row: (not row.tells, row.key))
                if row.audience == audience
            ],
        )
        for audience in _NARROWEST_FIRST
    ]


def _tiers(day: date, tier_set: str) -> list[TierShown]:
    rules = _of_set(models.TierRule, day, tier_set)
    terms = {row.tier: row for row in _of_set(models.Term, day, tier_set)}
    verifications = _of_set(models.Verification, day, tier_set)
    return [
        TierShown(
            name=str(name),
            rules=[(row, words.tier_rule(row)) for row in rules if row.tier == tier],
            term=terms.get(tier),
            **_term(terms.get(tier)),
            verifications=[
                (row, words.verification(row)) for row in verifications if row.tier == tier
            ],
        )
        for tier, name in words.TIERS.items()
    ]


def _term(row: models.Term | None) -> dict[str, str]:
    def length(months: int | None) -> str:
        return "" if months is None else words.duration(months)

    return {
        "length": length(row.months if row else None),
        "clean": length(row.clean_record_months if row else None),
        "juvenile": length(row.juvenile_months if row else None),
        "review": length(row.review_after_months if row else None),
        "runs_from": words.value("term", "runs_from", row.runs_from if row else ""),
    }


def _of_set(model: Any, day: date, tier_set: str) -> list[Any]:
    return [row for row in rows_in_force(model, day) if row.tier_set == tier_set]


@dataclass(frozen=True)
class OffenceShown:
    """A section of the catalogue; ``registrable`` where its list makes a person registrable."""

    row: models.Offence
    registrable: bool


def offences(day: date) -> list[OffenceShown]:
    """Return the catalogue of a day."""
    settings = policy.settings_in_force(day)
    basis = settings.get("registrable_basis")
    lists = {part.strip() for part in basis.value.split(";")} if basis else set()
    return [
        OffenceShown(row, row.basis in lists and not row.only_if_connected_with)
        for row in rows_in_force(models.Offence, day)
    ]


@dataclass(frozen=True)
class Difference:
    """A column before and after a change; ``old`` is None where nothing is replaced."""

    column: str
    old: str | None
    new: str

    @property
    def is_changed(self) -> bool:
        """Tell whether the change makes it another."""
        return self.old != self.new


def differences(change: Change) -> list[Difference]:
    """Return the columns of a change beside those of the row that it replaces or repeals."""
    before = replaced(change)
    return [
        Difference(
            words.column(change.kind, name),
            None if before is None else words.value(change.kind, name, getattr(before, name)),
            words.value(change.kind, name, _read(change, name)),
        )
        for name in changes.columns(ROWS[ChangeKind(change.kind)])
    ]


def replaced(change: Change) -> Row | None:
    """Return the row that counts where the change doesn't, None where there is none."""
    model = ROWS[ChangeKind(change.kind)]
    key = {name: _read(change, name) for name in model.KEY}
    rows = model._default_manager.filter(
        Q(valid_to=None) | Q(valid_to__gte=change.valid_from),
        valid_from__lte=change.valid_from,
        **key,
    ).exclude(change=change.pk)
    if change.state == ChangeState.ENACTED:
        own = model._default_manager.filter(change=change.pk).values_list("pk", flat=True).first()
        rows = rows.filter(pk__lt=own)
    last = rows.order_by("valid_from", "pk").last()
    return None if last is None or last.repealed else last


def _read(change: Change, name: str) -> Any:
    """Return a value of a change as its column holds it."""
    column: Field[Any, Any] = ROWS[ChangeKind(change.kind)]._meta.get_field(name)  # type: ignore[assignment]
    return column.to_python(change.values.get(name))


@dataclass(frozen=True)
class ChangeShown:
    """A change in a list: what it is about, in words."""

    change: Change
    kind: str
    about: str


def listed(found: list[Change]) -> Iterator[ChangeShown]:
    """Yield changes with what each is about: the key of its row, or the setting and its value."""
    for change in found:
        model = ROWS[ChangeKind(change.kind)]
        names = (*model.KEY, "value") if change.kind == ChangeKind.SETTING else model.KEY
        parts = [words.value(change.kind, name, _read(change, name)) for name in names]
        yield ChangeShown(
            change, str(words.KINDS[change.kind]), words.listing(part for part in parts if part)
        )
