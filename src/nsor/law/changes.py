"""Changing the law: one officer proposes, another one enacts or rejects.

Rules that hold here:

- Nothing counts before a second officer of the role approval has enacted it; whoever proposed a
  change never decides it, whatever their role.
- A change adds one row. It holds from its ``valid_from``, which is never in the past, unless the
  proposer says that it reaches back (``retroactive``).
- Each step is an entry of the trail, written in the transaction of the step.
- A proposal is checked when it is made and again when it is enacted: a day that has passed
  meanwhile, or a row that is no longer there to be repealed, is refused then too.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BooleanField, Field
from django.utils import timezone
from django.utils.translation import override

from nsor.accounts.models import Officer, Role
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.law.calendar import today
from nsor.law.errors import LawRefusal
from nsor.law.models import ROWS, Change, ChangeKind, ChangeState, Head, Row
from nsor.law.rows import rows_in_force
from nsor.screening import texts

_NOT_VALUES = frozenset(
    {"id", "valid_from", "valid_to", "repealed", "instrument", "change"},
)
_ALWAYS_THERE = frozenset({ChangeKind.SETTING, ChangeKind.TERM})
_YES_OR_NO = {"yes": True, "no": False}


def propose(
    kind: str,
    values: Mapping[str, object],
    officer: Officer,
    reason: str,
    valid_from: date,
    instrument: str,
    *,
    valid_to: date | None = None,
    retroactive: bool = False,
    repeal: bool = False,
) -> Change:
    """Propose a row of the law, or with ``repeal`` that the row of this key holds no longer.

    ``values`` are the columns of the row by name, as text or as they are stored; of a repeal those
    of the key alone. ``valid_to`` is the last day, None where there is none. Raises
    ``LawRefusal``: ``role_not_allowed``, ``reason_required``, ``instrument_required``,
    ``may_name_victim``, ``bad_value``, ``bad_dates``, ``in_the_past``, ``nothing_to_repeal``,
    ``never_repealed``.
    """
    _require_role(officer, Role.ENTRY, Role.APPROVAL)
    change = Change(
        kind=_kind(kind),
        values={},
        repeals=repeal,
        valid_from=valid_from,
        valid_to=valid_to,
        instrument=_words(
            instrument, "instrument_required", "Name the instrument, such as an S.R.O."
        ),
        retroactive=retroactive,
        reason=_words(reason, "reason_required", "Give the reason in words: it is kept."),
        state=ChangeState.PROPOSED,
        proposed_by=officer,
        proposed_at=timezone.now(),
    )
    row = row_of(change, values)
    change.values = {name: _stored(getattr(row, name)) for name in columns(type(row))}
    _require_dates(change)
    with transaction.atomic():
        change.save()
        _record(Act.LAW_CHANGE_PROPOSED, change, officer)
    return change


def approve(change: int, officer: Officer) -> Change:
    """Enact a change that another officer proposed; return it with the ``number`` it made.

    Raises ``LawRefusal``: ``role_not_allowed``, ``unknown_change``, ``already_decided``,
    ``own_change``, ``in_the_past``, ``nothing_to_repeal``.
    """
    with transaction.atomic():
        found = _to_decide(change, officer)
        _require_dates(found)
        row = row_of(found, found.values)
        head = Head.objects.select_for_update().get(pk=1)
        head.version += 1
        head.save(update_fields=["version"])
        _decide(found, ChangeState.ENACTED, officer, number=head.version)
        row.save(force_insert=True)
        _record(Act.LAW_CHANGE_APPROVED, found, officer)
    return found


def reject(change: int, officer: Officer, reason: str) -> Change:
    """Say no to a change that another officer proposed.

    Raises ``LawRefusal``: ``role_not_allowed``, ``reason_required``, ``unknown_change``,
    ``already_decided``, ``own_change``.
    """
    why = _words(reason, "reason_required", "Give the reason in words: it is kept.")
    with transaction.atomic():
        found = _to_decide(change, officer)
        _decide(found, ChangeState.REJECTED, officer, reason=why)
        _record(Act.LAW_CHANGE_REJECTED, found, officer)
    return found


def waiting() -> list[Change]:
    """Return the changes that wait for a second officer, the oldest first."""
    return list(
        Change.objects.filter(state=ChangeState.PROPOSED)
        .select_related("proposed_by")
        .order_by("pk")
    )


def columns(model: type[Row]) -> tuple[str, ...]:
    """Return the names of the columns that a change of this table gives."""
    return tuple(field.name for field in model._meta.fields if field.name not in _NOT_VALUES)


def row_of(change: Change, values: Mapping[str, object]) -> Row:
    """Return the row that a change adds, whole and valid.

    Raises ``LawRefusal``: ``bad_value``, ``nothing_to_repeal``, ``never_repealed``.
    """
    model = ROWS[ChangeKind(change.kind)]
    _require_names(model, values, key_alone=change.repeals)
    common: dict[str, Any] = {
        "valid_from": change.valid_from,
        "valid_to": change.valid_to,
        "instrument": change.instrument,
        "change": change,
    }
    given = {name: _read(model, name, value) for name, value in values.items()}
    if not change.repeals:
        return _checked(model(**given, **common))
    if change.kind in _ALWAYS_THERE:
        raise LawRefusal(
            "never_repealed", "There is always a row of this key: propose another one for it."
        )
    repealed = _of_this_key(model(**given), change.valid_from)
    kept = {name: getattr(repealed, name) for name in columns(model)}
    return model(**kept, **common, repealed=True)


def _of_this_key(like: Row, day: date) -> Row:
    for row in rows_in_force(type(like), day):
        if row.key_values == like.key_values:
            return row
    raise LawRefusal(
        "nothing_to_repeal", f"On {day} no such row is in force: look at `nsor policy show --on`."
    )


def _require_names(model: type[Row], values: Mapping[str, object], *, key_alone: bool) -> None:
    allowed = columns(model)
    unknown = [name for name in values if name not in allowed]
    if unknown:
        raise LawRefusal(
            "bad_value", f"There is no column {unknown[0]} here: the columns are {_list(allowed)}."
        )
    missing = [name for name in model.KEY if key_alone and name not in values]
    if missing:
        raise LawRefusal(
            "bad_value", f"Say which row is meant by all of its key: {_list(model.KEY)}."
        )


def _read(model: type[Row], name: str, value: object) -> Any:
    """Return a value as the column holds it. Raises ``LawRefusal``: ``bad_value``."""
    field: Field[Any, Any] = model._meta.get_field(name)  # type: ignore[assignment]
    if isinstance(field, BooleanField) and isinstance(value, str):
        value = _YES_OR_NO.get(value, value)
    if value == "" and field.null:
        return None
    with override("en"):
        try:
            return field.to_python(value)
        except ValidationError as error:
            raise LawRefusal("bad_value", f"The column {name}: {error.messages[0]}") from None


def _checked(row: Row) -> Row:
    """Return a row that its own model finds valid. Raises ``LawRefusal``: ``bad_value``."""
    with override("en"):
        try:
            row.full_clean(exclude={"change"}, validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            name, messages = next(iter(error.message_dict.items()))
            raise LawRefusal("bad_value", f"The column {name}: {messages[0]}") from None
    return row


def _require_dates(change: Change) -> None:
    """Raise ``LawRefusal``: ``bad_dates``, ``in_the_past``."""
    if change.valid_to is not None and change.valid_to < change.valid_from:
        raise LawRefusal("bad_dates", "The last day is before the first: it comes after, or is it.")
    if change.valid_from < today() and not change.retroactive:
        raise LawRefusal(
            "in_the_past",
            "The change would hold from a day in the past: choose today or later, or say that it"
            " is meant to reach back.",
        )


def _to_decide(number: int, officer: Officer) -> Change:
    _require_role(officer, Role.APPROVAL)
    found = Change.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise LawRefusal("unknown_change", "There is no change of this number: list them.")
    if found.state != ChangeState.PROPOSED:
        raise LawRefusal("already_decided", f"This change was {found.state} already.")
    if found.proposed_by_id == officer.pk:
        raise LawRefusal(
            "own_change", "Whoever proposes a change never decides it: ask another officer."
        )
    return found


def _decide(
    change: Change,
    state: ChangeState,
    officer: Officer,
    *,
    number: int | None = None,
    reason: str = "",
) -> None:
    change.state = state
    change.decided_by = officer
    change.decided_at = timezone.now()
    change.decision_reason = reason
    change.number = number
    change.save(update_fields=["state", "decided_by", "decided_at", "decision_reason", "number"])


def _record(act: Act, change: Change, officer: Officer) -> None:
    trail.record(
        act,
        actor=f"officer:{officer.pk}",
        subject=f"law-change:{change.pk}",
        details={
            "kind": change.kind,
            "values": change.values,
            "repeals": change.repeals,
            "valid_from": change.valid_from.isoformat(),
            "valid_to": change.valid_to.isoformat() if change.valid_to else None,
            "instrument": change.instrument,
            "retroactive": change.retroactive,
            "reason": change.decision_reason or change.reason,
            "number": change.number,
        },
    )


def _require_role(officer: Officer, *roles: Role) -> None:
    if officer.role not in roles:
        allowed = " or ".join(role.value for role in roles)
        raise LawRefusal(
            "role_not_allowed", f"This is for officers whose role is {allowed}: ask one of them."
        )


def _kind(kind: str) -> ChangeKind:
    try:
        return ChangeKind(kind)
    except ValueError:
        raise LawRefusal(
            "bad_value", f"The law has no table {kind}: it has {_list(ChangeKind.values)}."
        ) from None


def _words(text: str, code: str, message: str) -> str:
    text = text.strip()
    if not text:
        raise LawRefusal(code, message)
    for alarm in texts.screen("reason", text):
        raise LawRefusal("may_name_victim", alarm.message)
    return text


def _stored(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


def _list(names: "tuple[str, ...] | list[str]") -> str:
    return ", ".join(names)
