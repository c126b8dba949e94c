"""Who may act is decided by two administrators: one proposes, another approves.

Rules that hold here: nobody proposes or decides what concerns themselves; what the command line
proposed takes two administrators' approval; whoever proposed or seconded must still be an
administrator when it is decided; two administrators are always left.
"""

from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from nsor.accounts import links, sessions
from nsor.accounts.acting import actor, short_write
from nsor.accounts.errors import BadOfficer, NotAllowed, OfficerExists
from nsor.accounts.models import PERSONS, Kind, Officer, OfficerProposal, Role, State
from nsor.accounts.services import TAKEN, add_officer, is_taken, require_good, tidy
from nsor.audit import trail
from nsor.audit.acts import Act
from nsor.audit.leaf import Json

NEEDED: Final = 2
REASON_LENGTH: Final = 500


@dataclass(frozen=True)
class Approved:
    """A proposal after an approval; the last two are there once, and stored nowhere.

    ``done`` is False where another administrator has to approve as well.
    """

    proposal: OfficerProposal
    done: bool
    link: str | None = None
    """The token of a one-time link."""
    secret: str | None = None
    """A new officer's secret for the command line."""


def administrators() -> list[Officer]:
    """Return those who may decide, the oldest first."""
    rows = Officer.objects.filter(role=Role.ADMINISTRATION, is_active=True)
    return list(rows.order_by("pk"))


def propose_officer(
    name: str, role: str, jurisdiction: str, by: Officer | None, reason: str = ""
) -> OfficerProposal:
    """Propose a new officer; ``by`` is None for the command line.

    Raises ``BadOfficer``, ``OfficerExists``, ``NotAllowed``, ``Busy``.
    """
    name = tidy(name)
    require_good(name, role, jurisdiction)
    _require_person(role)
    if is_taken(name):
        raise OfficerExists(TAKEN)
    return _propose(
        OfficerProposal(kind=Kind.ADD, name=name, role=role, jurisdiction=jurisdiction), by, reason
    )


def propose_change(
    officer: Officer, role: str, jurisdiction: str, by: Officer, reason: str
) -> OfficerProposal:
    """Propose another role or jurisdiction. Raises as ``propose_officer`` does."""
    require_good(officer.name, role, jurisdiction)
    _require_person(role)
    if (role, jurisdiction) == (officer.role, officer.jurisdiction):
        raise NotAllowed("nothing_changes", "Choose another role or another jurisdiction.")
    if role != Role.ADMINISTRATION:
        _require_administrators_without(officer)
    proposal = OfficerProposal(
        kind=Kind.CHANGE,
        officer=officer,
        name=officer.name,
        role=role,
        jurisdiction=jurisdiction,
    )
    return _propose(proposal, by, reason)


def propose_end(officer: Officer, by: Officer, reason: str) -> OfficerProposal:
    """Propose that an officer's access end. Raises as ``propose_officer`` does."""
    _require_administrators_without(officer)
    return _propose(OfficerProposal(kind=Kind.END, officer=officer, name=officer.name), by, reason)


def propose_link(officer: Officer, by: Officer | None, reason: str) -> OfficerProposal:
    """Propose a fresh one-time link. Raises as ``propose_officer`` does."""
    return _propose(OfficerProposal(kind=Kind.LINK, officer=officer, name=officer.name), by, reason)


def approve_proposal(number: int, by: Officer) -> Approved:
    """Approve what another administrator proposed, and do it.

    Raises ``NotAllowed``, ``BadOfficer``, ``OfficerExists``, ``Busy``.
    """
    with short_write():
        proposal = _to_decide(number, by)
        if proposal.proposed_by is None and proposal.seconded_by is None:
            proposal.seconded_by, proposal.seconded_at = by, timezone.now()
            proposal.save()
            trail.record(
                Act.OFFICER_SECONDED,
                actor=actor(by),
                subject=_subject(proposal),
                details=_told(proposal),
            )
            return Approved(proposal, done=False)
        trail.record(
            Act.OFFICER_APPROVED,
            actor=actor(by),
            subject=_subject(proposal),
            details=_told(proposal),
        )
        approved = _done(proposal, by)
        _decide(proposal, State.APPROVED, by)
        return approved


def reject_proposal(number: int, by: Officer, reason: str) -> OfficerProposal:
    """Reject what somebody else proposed. Raises ``NotAllowed``, ``Busy``."""
    reason = _reason(reason)
    with short_write():
        proposal = _to_decide(number, by, approving=False)
        proposal.decision = reason
        _decide(proposal, State.REJECTED, by)
        details = _told(proposal) | {"reason": reason}
        trail.record(
            Act.OFFICER_REJECTED, actor=actor(by), subject=_subject(proposal), details=details
        )
        return proposal


def _propose(proposal: OfficerProposal, by: Officer | None, reason: str) -> OfficerProposal:
    if by is not None:
        _require_administrator(by)
        reason = _reason(reason)
    concerned = proposal.officer
    if concerned is not None:
        concerned.refresh_from_db(fields=["role", "is_active"])
    if concerned is not None and (not concerned.is_active or concerned.role == Role.SOURCE):
        raise NotAllowed("not_an_officer", "This officer's access has ended: add a new officer.")
    if by is not None and (concerned == by or proposal.name == by.name):
        raise NotAllowed("own_account", "Another administrator has to propose what concerns you.")
    proposal.proposed_by, proposal.proposed_at = by, timezone.now()
    proposal.reason = reason
    with short_write():
        try:
            with transaction.atomic():
                proposal.save()
        except IntegrityError:
            raise NotAllowed(
                "proposed_already", "The same is proposed already, and waits for a decision."
            ) from None
        details = _told(proposal) | ({"reason": reason} if reason else {})
        trail.record(
            Act.OFFICER_PROPOSED, actor=actor(by), subject=_subject(proposal), details=details
        )
    return proposal


def _done(proposal: OfficerProposal, by: Officer) -> Approved:
    """Do what a proposal says, inside the open transaction."""
    if proposal.kind == Kind.ADD:
        return _added(proposal, by)
    assert proposal.officer_id is not None
    officer = Officer.objects.select_for_update().get(pk=proposal.officer_id)
    if not officer.is_active:
        raise NotAllowed("not_an_officer", "This officer's access has ended: reject the proposal.")
    if proposal.kind == Kind.LINK:
        return Approved(proposal, done=True, link=links.issue(officer, actor(by)))
    if proposal.kind == Kind.END or proposal.role != Role.ADMINISTRATION:
        _require_administrators_without(officer)
    if proposal.kind == Kind.END:
        officer.is_active = False
        links.end(officer)
        sessions.end_all(officer)
    else:
        officer.role, officer.jurisdiction = proposal.role, proposal.jurisdiction
    officer.save(update_fields=["is_active", "role", "jurisdiction"])
    trail.record(
        Act.OFFICER_CHANGED, actor=actor(by), subject=actor(officer), details=_told(proposal)
    )
    return Approved(proposal, done=True)


def _added(proposal: OfficerProposal, by: Officer) -> Approved:
    officer, secret = add_officer(proposal.name, proposal.role, proposal.jurisdiction)
    trail.record(
        Act.OFFICER_ADDED, actor=actor(by), subject=actor(officer), details=_told(proposal)
    )
    proposal.officer = officer
    return Approved(proposal, done=True, link=links.issue(officer, actor(by)), secret=secret)


def _decide(proposal: OfficerProposal, state: State, by: Officer) -> None:
    proposal.state, proposal.decided_by, proposal.decided_at = state, by, timezone.now()
    proposal.save()


def _to_decide(number: int, by: Officer, *, approving: bool = True) -> OfficerProposal:
    """Return an open proposal that this administrator may decide, locked."""
    _require_administrator(by)
    proposal = OfficerProposal.objects.select_for_update().filter(pk=number).first()
    if proposal is None:
        raise NotAllowed("unknown_proposal", "There is no such proposal.")
    if proposal.state != State.OPEN:
        raise NotAllowed("decided_already", "This proposal was decided already.")
    if by.pk == proposal.officer_id or by.name == proposal.name:
        raise NotAllowed("own_account", "Others have to decide what concerns you.")
    if by.pk in (proposal.proposed_by_id, proposal.seconded_by_id):
        raise NotAllowed(
            "second_administrator", "Another administrator has to decide: you proposed or approved."
        )
    if approving:
        for one in (proposal.proposed_by, proposal.seconded_by):
            if one is not None and not _may_decide(one):
                raise NotAllowed(
                    "proposer_left",
                    "Who proposed or approved this is no administrator any more: reject it, and"
                    " propose it anew.",
                )
    return proposal


def _may_decide(officer: Officer) -> bool:
    return officer.is_active and officer.role == Role.ADMINISTRATION


def _require_administrator(by: Officer) -> None:
    by.refresh_from_db(fields=["role", "is_active"])
    if not _may_decide(by):
        raise NotAllowed("role_not_allowed", "This is for administrators.")


def _require_administrators_without(officer: Officer) -> None:
    if officer.role != Role.ADMINISTRATION:
        return
    rows = Officer.objects.select_for_update().filter(role=Role.ADMINISTRATION, is_active=True)
    with transaction.atomic():
        left = [one.pk for one in rows.filter(~Q(pk=officer.pk))]
    if len(left) < NEEDED:
        raise NotAllowed(
            "last_administrators", "Two administrators have to be left: add another one first."
        )


def _require_person(role: str) -> None:
    if role not in PERSONS:
        raise BadOfficer(f"An officer's role is one of {', '.join(PERSONS)}.")


def _reason(reason: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > REASON_LENGTH:
        raise NotAllowed(
            "reason_required", f"Give the reason in words, {REASON_LENGTH} characters at most."
        )
    return reason


def _subject(proposal: OfficerProposal) -> str:
    return f"proposal:{proposal.pk}"


def _told(proposal: OfficerProposal) -> dict[str, Json]:
    told: dict[str, Json] = {"kind": proposal.kind, "name": proposal.name}
    if proposal.role:
        told |= {"role": proposal.role, "jurisdiction": proposal.jurisdiction}
    return told
