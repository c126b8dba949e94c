"""What administrators do to sources: propose, approve, reject, revoke.

Rules that hold here:

- A source, a change of it, a key: one administrator proposes, another approves. What ends something
  (revoking a key, switching a source off) acts at once, on one administrator's word.
- A source acts as an officer of its own, of the role ``source``, who has no secret and no password.
- Each step is an entry in the trail, in the transaction of the step.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_public_key,
)
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from nsor import places
from nsor.accounts.models import Officer, Role
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json
from nsor.register.errors import Refusal
from nsor.register.locks import short_write
from nsor.register.officers import actor, require_reason, require_role
from nsor.sources.models import (
    NAME,
    EventKind,
    MissingNumber,
    Proposal,
    ProposalKind,
    ProposalState,
    Source,
    SourceKey,
    SourceKind,
)

__all__ = [
    "approve",
    "close_gap",
    "propose_change",
    "propose_key",
    "propose_source",
    "reject",
    "revoke_key",
    "stop",
]

MOST_PER_MINUTE: Final = 6000
MOST_PER_DAY: Final = 1_000_000
_KEYID_BYTES: Final = 12


def propose_source(
    name: str,
    kind: str,
    events: Sequence[str],
    districts: Sequence[str],
    officer: Officer,
    reason: str,
    *,
    per_minute: int = 60,
    per_day: int = 5000,
    silent_after_hours: int | None = None,
) -> Proposal:
    """Propose a source; ``districts`` are slugs of ``nsor.places``.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``bad_value``, ``name_taken``.
    """
    name = name.strip()
    if not name or len(name) > NAME or not name.isprintable():
        raise Refusal("bad_value", f"A source's name is 1 to {NAME} visible characters.")
    if kind not in SourceKind.values:
        raise Refusal("bad_value", f"A source is one of: {', '.join(SourceKind.values)}.")
    values = {
        "name": name,
        "kind": kind,
        **_scope(events, districts, per_minute, per_day, silent_after_hours),
    }
    _require_free(name)
    return _propose(ProposalKind.SOURCE, None, values, officer, reason)


def propose_change(
    source: Source,
    events: Sequence[str],
    districts: Sequence[str],
    officer: Officer,
    reason: str,
    *,
    per_minute: int,
    per_day: int,
    silent_after_hours: int | None = None,
    active: bool = True,
) -> Proposal:
    """Propose another scope or quota of a source, or that it be switched on again.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``bad_value``.
    """
    scope = _scope(events, districts, per_minute, per_day, silent_after_hours)
    return _propose(ProposalKind.CHANGE, source, {**scope, "active": active}, officer, reason)


def propose_key(
    source: Source,
    public: str,
    officer: Officer,
    reason: str,
    *,
    valid_from: datetime | None = None,
    valid_to: datetime | None = None,
) -> Proposal:
    """Propose a key of a source: the public half, as PEM. The key id is made here.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``bad_key``, ``key_known``,
    ``bad_value``.
    """
    octets = _public(public)
    if SourceKey.objects.filter(public=octets.hex()).exists():
        raise Refusal("key_known", "This key was given before: a source makes a fresh one.")
    begins = valid_from or timezone.now()
    if valid_to is not None and valid_to <= begins:
        raise Refusal("bad_value", "A key ends after it begins.")
    values = {
        "keyid": secrets.token_urlsafe(_KEYID_BYTES),
        "public": octets.hex(),
        "valid_from": begins.isoformat(),
        "valid_to": valid_to.isoformat() if valid_to else None,
    }
    return _propose(ProposalKind.KEY, source, values, officer, reason)


def approve(proposal: int, officer: Officer) -> Proposal:
    """Have a proposal of another administrator take effect.

    Raises ``Refusal``: ``role_not_allowed``, ``unknown_proposal``, ``already_decided``,
    ``own_proposal``, ``name_taken``, ``key_known``, ``busy``.
    """
    require_role(officer, Role.ADMINISTRATION)
    with short_write():
        found = _to_decide(proposal, officer)
        if found.kind == ProposalKind.SOURCE:
            found.source = _make(found.values)
        elif found.kind == ProposalKind.CHANGE:
            _change(found)
        else:
            _give_key(found)
        _decide(found, ProposalState.APPROVED, officer, "")
        _record(Act.SOURCE_APPROVED, found, officer, found.reason)
    return found


def reject(proposal: int, officer: Officer, reason: str) -> Proposal:
    """Say no to a proposal of another administrator.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``unknown_proposal``,
    ``already_decided``, ``own_proposal``, ``busy``.
    """
    require_role(officer, Role.ADMINISTRATION)
    reason = require_reason(reason)
    with short_write():
        found = _to_decide(proposal, officer)
        _decide(found, ProposalState.REJECTED, officer, reason)
        _record(Act.SOURCE_REJECTED, found, officer, reason)
    return found


def revoke_key(key: SourceKey, officer: Officer, reason: str) -> None:
    """End a key at once; whatever it signs from now on is refused.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``already_decided``, ``busy``.
    """
    require_role(officer, Role.ADMINISTRATION)
    reason = require_reason(reason, silences=True)
    with short_write():
        source = _locked(key.source)
        held = SourceKey.objects.filter(pk=key.pk, revoked_at=None)
        if not held.update(revoked_at=timezone.now(), revoked_by=officer):
            raise Refusal("already_decided", "This key was revoked already.")
        _enter(Act.SOURCE_KEY_REVOKED, source, officer, {"keyid": key.keyid, "reason": reason})


def stop(source: Source, officer: Officer, reason: str) -> None:
    """Switch a source off at once; two administrators switch it on again.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``already_decided``, ``busy``.
    """
    require_role(officer, Role.ADMINISTRATION)
    reason = require_reason(reason, silences=True)
    with short_write():
        found = _locked(source)
        if not found.active:
            raise Refusal("already_decided", "This source is switched off already.")
        found.active = False
        found.save(update_fields=["active"])
        _enter(Act.SOURCE_STOPPED, found, officer, {"reason": reason})


def close_gap(source: Source, sequence: int, officer: Officer, reason: str) -> None:
    """Record that a missing order number will never come: the source says that it was nothing.

    Raises ``Refusal``: ``role_not_allowed``, ``reason_required``, ``not_missing``, ``busy``.
    """
    require_role(officer, Role.APPROVAL, Role.ADMINISTRATION)
    reason = require_reason(reason)
    with short_write():
        found = _locked(source)
        if not MissingNumber.objects.filter(source=found, sequence=sequence).delete()[0]:
            raise Refusal("not_missing", "No push of this number is missing.")
        details: dict[str, Json] = {"sequence": sequence, "reason": reason}
        _enter(Act.SOURCE_GAP_CLOSED, found, officer, details)


def _scope(
    events: Sequence[str],
    districts: Sequence[str],
    per_minute: int,
    per_day: int,
    silent_after_hours: int | None,
) -> dict[str, Any]:
    if not events or not set(events) <= set(EventKind.values):
        raise Refusal("bad_value", f"Its events are some of: {', '.join(EventKind.values)}.")
    if not districts or not all(places.is_jurisdiction(slug) for slug in districts):
        raise Refusal("bad_value", "Its districts are places that the register knows.")
    if not (1 <= per_minute <= MOST_PER_MINUTE and 1 <= per_day <= MOST_PER_DAY):
        raise Refusal(
            "bad_value",
            f"A quota is 1 to {MOST_PER_MINUTE} a minute, and 1 to {MOST_PER_DAY} a day.",
        )
    if silent_after_hours is not None and silent_after_hours < 1:
        raise Refusal("bad_value", "A source may be silent for an hour at least.")
    return {
        "events": [one for one in EventKind.values if one in set(events)],
        "districts": list(dict.fromkeys(districts)),
        "per_minute": per_minute,
        "per_day": per_day,
        "silent_after_hours": silent_after_hours,
    }


def _public(pem: str) -> bytes:
    try:
        key = load_pem_public_key(pem.strip().encode())
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise Refusal(
            "bad_key", "Give the public half of an Ed25519 key as PEM: `nsor source keygen`."
        )
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)


def _propose(
    kind: ProposalKind,
    source: Source | None,
    values: dict[str, Any],
    officer: Officer,
    reason: str,
) -> Proposal:
    require_role(officer, Role.ADMINISTRATION)
    reason = require_reason(reason)
    with short_write():
        proposal = Proposal.objects.create(
            kind=kind, source=source, values=values, reason=reason, proposed_by=officer
        )
        _record(Act.SOURCE_PROPOSED, proposal, officer, reason)
    return proposal


def _make(values: dict[str, Any]) -> Source:
    _require_free(values["name"])
    districts = values["districts"]
    officer = Officer.objects.create(
        name=values["name"],
        role=Role.SOURCE,
        jurisdiction=districts[0] if len(districts) == 1 else places.WHOLE_COUNTRY,
        secret_hash=make_password(None),
    )
    return Source.objects.create(officer=officer, **values)


def _change(proposal: Proposal) -> None:
    assert proposal.source is not None, "a change names its source"
    source = _locked(proposal.source)
    for name, value in proposal.values.items():
        setattr(source, name, value)
    source.save(update_fields=list(proposal.values))
    districts = source.districts
    source.officer.jurisdiction = districts[0] if len(districts) == 1 else places.WHOLE_COUNTRY
    source.officer.save(update_fields=["jurisdiction"])


def _give_key(proposal: Proposal) -> None:
    assert proposal.source is not None, "a key names its source"
    values = proposal.values
    if SourceKey.objects.filter(public=values["public"]).exists():
        raise Refusal("key_known", "This key was given before: a source makes a fresh one.")
    SourceKey.objects.create(
        source=proposal.source,
        keyid=values["keyid"],
        public=values["public"],
        valid_from=datetime.fromisoformat(values["valid_from"]),
        valid_to=datetime.fromisoformat(values["valid_to"]) if values["valid_to"] else None,
    )


def _require_free(name: str) -> None:
    if Officer.objects.filter(name=name).exists():
        raise Refusal("name_taken", "An officer or a source has this name already.")


def _to_decide(number: int, officer: Officer) -> Proposal:
    found = Proposal.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise Refusal("unknown_proposal", "There is no proposal of this number.")
    if found.state != ProposalState.PROPOSED:
        raise Refusal("already_decided", f"The proposal was {found.state} already.")
    if found.proposed_by_id == officer.pk:
        raise Refusal("own_proposal", "Another administrator than the one who proposed decides.")
    return found


def _decide(proposal: Proposal, state: ProposalState, officer: Officer, reason: str) -> None:
    proposal.state = state
    proposal.decided_by = officer
    proposal.decided_at = timezone.now()
    proposal.decision_reason = reason
    proposal.save()


def _locked(source: Source) -> Source:
    found = Source.objects.select_for_update(of=("self",)).select_related("officer")
    return found.get(pk=source.pk)


def _record(act: Act, proposal: Proposal, officer: Officer, reason: str) -> None:
    details: dict[str, Json] = {
        "kind": proposal.kind,
        "source": proposal.source.pk if proposal.source else None,
        "values": proposal.values,
        "reason": reason,
    }
    trail.record(
        act, actor=actor(officer), subject=f"source-proposal:{proposal.pk}", details=details
    )


def _enter(act: Act, source: Source, officer: Officer, details: dict[str, Json]) -> None:
    trail.record(act, actor=actor(officer), subject=f"source:{source.pk}", details=details)
