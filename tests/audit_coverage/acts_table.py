"""Every public function of the services, with a call of it and what the trail has of it.

Rules that hold here: a function that isn't in ``TABLE`` fails the tests, and so does a row whose
function is gone. A row is made of builders: each takes an office, prepares it, and returns the call
that is looked at.
"""

import inspect
from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType

from administrators import heads, proposed
from asked import AUTHORITY, checked, doubted, first, waits
from django.utils import timezone
from evidence_builders import a_paper
from law_building import CHILDREN, a_conviction
from prepared import (
    FINGERPRINT,
    OTHER,
    WHY,
    Builder,
    adds,
    after,
    changed_law,
    dead_key,
    document,
    draft,
    form,
    form_alike,
    form_entered,
    form_with_document,
    imported,
    in_a_transaction,
    merged,
    old_form,
    orphan,
    over,
    passed,
    plain,
    proposal,
    published,
    rejected,
    reviewable,
    silenced,
    stray_file,
    two,
    withheld,
)
from register_builders import ASLAM, Office, a_row

from nsor.accounts import proposals, refusals, signing
from nsor.accounts.models import Officer
from nsor.accounts.services import BadCredentials
from nsor.audit.acts import Act
from nsor.law import changes
from nsor.law.calendar import today
from nsor.law.models import Change
from nsor.register import (
    alarms,
    drafts,
    due,
    identity_checks,
    law_changes,
    reading,
    scheduled,
    services,
    timeline,
)
from nsor.register.corrections import ProfileCorrection
from nsor.register.evidence import store
from nsor.register.models import Batch, Ground
from nsor.register.people import people
from nsor.register.search import duplicates, looking, searching
from nsor.register.search.duplicates import Candidate
from nsor.register.search.query import Query
from nsor.register.search.seen import seen

MODULES = (
    alarms,
    changes,
    drafts,
    due,
    duplicates,
    identity_checks,
    law_changes,
    looking,
    proposals,
    reading,
    refusals,
    scheduled,
    searching,
    services,
    signing,
    store,
    timeline,
)
ENTERED_BY_OTHERS = {
    "drafts.save": "what is typed is no act: drafts.enter enters what becomes of it",
    "drafts.decide": "what is decided counts with drafts.enter, which enters it",
    "drafts.add_document": "store.add_evidence enters it, when the person gets it",
    "drafts.remove_document": "it was nobody's yet",
    "store.destroy_files": "the end of the key is entered by scheduled.destroy_due_keys",
    "store.sweep_orphans": "scheduled.sweep_files enters it",
}
"""Functions that change something and leave the entry to who calls them."""


@dataclass(frozen=True)
class Row:
    """A call, the acts that it enters in their order, and a call that is refused, where one can be.

    ``acts`` is empty for what only reads what is nobody's.
    """

    call: Builder
    acts: tuple[Act, ...] = ()
    refused: Builder | None = None


def functions() -> set[str]:
    """Return the public functions of all the modules, such as ``services.approve``."""
    return {
        f"{_short(module)}.{name}"
        for module in MODULES
        for name in _names(module)
        if inspect.isfunction(getattr(module, name))
    }


def _short(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2]


def _names(module: ModuleType) -> list[str]:
    given = getattr(module, "__all__", None)
    if given is not None:
        return list(given)
    return [
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]


def _of_sindh(office: Office) -> Officer:
    """Return an officer of Sindh, where nobody of these lives."""
    return Officer(pk=office.amna.pk, name="Of Sindh", role="entry", jurisdiction="sindh")


_FORGOTTEN = (Act.EXPUNGED, Act.SUBJECT_KEY_DESTROYED)

TABLE: dict[str, Row] = {
    "alarms.pass_alarm": Row(
        plain(lambda office: alarms.pass_alarm(FINGERPRINT, office.bilal, WHY)),
        (Act.FALSE_ALARM_PASSED,),
        after(passed, lambda office, _: alarms.pass_alarm(FINGERPRINT, office.bilal, WHY)),
    ),
    "changes.propose": Row(
        plain(proposal),
        (Act.LAW_CHANGE_PROPOSED,),
        plain(
            lambda office: changes.propose(
                "disclosure_rule", CHILDREN, office.amna, "", today(), "S.R.O. 1"
            )
        ),
    ),
    "changes.approve": Row(
        after(proposal, lambda office, change: changes.approve(change.pk, office.bilal)),
        (Act.LAW_CHANGE_APPROVED,),
        after(proposal, lambda office, change: changes.approve(change.pk, office.amna)),
    ),
    "changes.reject": Row(
        after(proposal, lambda office, change: changes.reject(change.pk, office.bilal, WHY)),
        (Act.LAW_CHANGE_REJECTED,),
        after(proposal, lambda office, change: changes.reject(change.pk, office.bilal, "")),
    ),
    "changes.waiting": Row(after(proposal, lambda office, _: changes.waiting())),
    "changes.columns": Row(plain(lambda office: changes.columns(Change))),  # type: ignore[arg-type]
    "changes.row_of": Row(
        after(proposal, lambda office, change: changes.row_of(change, change.values))
    ),
    "drafts.add_document": Row(
        after(
            form,
            lambda office, number: drafts.add_document(
                number, office.amna, a_paper(), "judgment.pdf", "judgment"
            ),
        ),
        (),
        after(
            form,
            lambda office, number: drafts.add_document(
                number, office.amna, a_paper(), "", "judgment"
            ),
        ),
    ),
    "drafts.begin": Row(
        plain(lambda office: drafts.begin(office.amna)),
        (Act.ENTRY_BEGUN,),
        plain(lambda office: drafts.begin(office.bilal)),
    ),
    "drafts.candidates": Row(
        after(form_alike, lambda office, found: drafts.candidates(found[0], office.amna)),
        (Act.DUPLICATES_SHOWN,),
        after(form_alike, lambda office, found: drafts.candidates(found[0], office.bilal)),
    ),
    "drafts.decide": Row(
        after(
            form_alike,
            lambda office, found: drafts.decide(found[0], office.amna, same=found[1].pk),
        ),
        (),
        after(
            form_alike,
            lambda office, found: drafts.decide(found[0], office.bilal, same=found[1].pk),
        ),
    ),
    "drafts.discard": Row(
        after(form_entered, lambda office, found: drafts.discard(found[0], office.amna)),
        (
            *(Act.DRAFT_DISCARDED, *_FORGOTTEN),
            *(Act.ENTRY_FORGOTTEN, Act.SUBJECT_KEY_DESTROYED),
        ),
        after(form_entered, lambda office, found: drafts.discard(found[0], office.bilal)),
    ),
    "drafts.enter": Row(
        after(form, lambda office, number: drafts.enter(number, office.amna, a_conviction())),
        (Act.CONVICTION_ENTERED,),
        after(form, lambda office, number: drafts.enter(number, office.bilal, a_conviction())),
    ),
    "drafts.entered": Row(
        after(draft, lambda office, draft: drafts.entered(draft.pk, office.amna))
    ),
    "drafts.find": Row(after(form, lambda office, number: drafts.find(number, office.amna))),
    "drafts.listed": Row(after(form, lambda office, _: drafts.listed(office.amna))),
    "drafts.remove_document": Row(
        after(
            form_with_document,
            lambda office, found: drafts.remove_document(found[0], office.amna, found[1]),
        ),
        (),
        after(
            form_with_document,
            lambda office, found: drafts.remove_document(found[0], office.bilal, found[1]),
        ),
    ),
    "drafts.save": Row(
        after(form, lambda office, number: drafts.save(number, office.amna, {}, writer="", seen=0)),
        (),
        after(
            form, lambda office, number: drafts.save(number, office.bilal, {}, writer="", seen=0)
        ),
    ),
    "drafts.shown": Row(
        after(published, lambda office, one: drafts.shown([Candidate(one.pk, 1.0)], office.amna)),
        (Act.DUPLICATES_SHOWN,),
    ),
    "drafts.submit": Row(
        after(form_entered, lambda office, found: drafts.submit(found[1].pk, office.amna)),
        (
            *(Act.EVIDENCE_ADDED, Act.BATCH_SUBMITTED),
            *(Act.ENTRY_FORGOTTEN, Act.SUBJECT_KEY_DESTROYED),
        ),
        after(form_entered, lambda office, found: drafts.submit(found[1].pk, office.bilal)),
    ),
    "drafts.waiting_drafts": Row(
        after(draft, lambda office, _: drafts.waiting_drafts(office.amna))
    ),
    "duplicates.likely_same": Row(
        after(
            published,
            lambda office, _: duplicates.likely_same(a_conviction().case.person),
        )
    ),
    "duplicates.of_batch": Row(
        after(
            lambda office: office.entered(a_row(), a_row(cnic=OTHER, case_number="7/2020")),
            lambda office, batch: list(
                duplicates.of_batch(Batch.objects.get(pk=batch), office.bilal)
            ),
        ),
        (Act.DUPLICATES_SHOWN,),
        after(
            lambda office: (office.entered(a_row()), office.hire("Danish", "audit")),
            lambda office, found: list(
                duplicates.of_batch(Batch.objects.get(pk=found[0]), found[1])
            ),
        ),
    ),
    "duplicates.not_same": Row(
        after(two, lambda office, pair: duplicates.not_same(*pair, office.amna)),
        (Act.FOUND_DIFFERENT,),
        after(published, lambda office, one: duplicates.not_same(one, one, office.amna)),
    ),
    "duplicates.keep_apart": Row(
        after(
            two,
            lambda office, pair: in_a_transaction(
                lambda: duplicates.keep_apart(pair[0].pk, {pair[1].pk}, office.amna)
            ),
        ),
        (Act.FOUND_DIFFERENT,),
    ),
    "duplicates.show": Row(
        after(
            published,
            lambda office, one: duplicates.show([Candidate(one.pk, 1.0)], office.amna),
        ),
        (Act.DUPLICATES_SHOWN,),
    ),
    "due.falling_due": Row(after(published, lambda office, _: due.falling_due(today()))),
    "law_changes.is_due": Row(after(changed_law, lambda office, _: law_changes.is_due())),
    "law_changes.reassess": Row(
        after(changed_law, lambda office, _: law_changes.reassess()),
        (Act.LAW_APPLIED, Act.LAW_APPLIED),
    ),
    "looking.part_of_batch": Row(
        after(
            lambda office: office.entered(a_row(), a_row(cnic=OTHER, case_number="7/2020")),
            lambda office, batch: looking.part_of_batch(Batch.objects.get(pk=batch), office.bilal),
        ),
        (Act.DUPLICATES_SHOWN, Act.DUPLICATES_SHOWN),
        after(
            lambda office: (office.entered(a_row()), office.hire("Danish", "audit")),
            lambda office, found: looking.part_of_batch(Batch.objects.get(pk=found[0]), found[1]),
        ),
    ),
    "looking.look_alikes": Row(
        after(published, lambda office, one: looking.look_alikes(one, office.amna)),
        (Act.DUPLICATES_SHOWN,),
        after(
            lambda office: (published(office), office.hire("Danish", "audit")),
            lambda office, found: looking.look_alikes(*found),
        ),
    ),
    "reading.read_record": Row(
        after(published, lambda office, one: reading.read_record(one, office.amna, WHY)),
        (Act.RECORD_READ,),
        after(published, lambda office, one: reading.read_record(one, _of_sindh(office), "")),
    ),
    "scheduled.destroy_due_keys": Row(
        after(dead_key, lambda office, _: scheduled.destroy_due_keys()),
        (Act.SUBJECT_KEY_DESTROYED,),
    ),
    "scheduled.expire_due": Row(
        after(over, lambda office, _: scheduled.expire_due()), (Act.EXPIRED,)
    ),
    "scheduled.forget_forms": Row(
        after(old_form, lambda office, _: scheduled.forget_forms()),
        (Act.ENTRY_FORGOTTEN, Act.SUBJECT_KEY_DESTROYED),
        after(withheld, lambda office, _: scheduled.forget_forms()),
    ),
    "scheduled.forget_rejected": Row(
        after(rejected, lambda office, _: scheduled.forget_rejected()),
        (*_FORGOTTEN, Act.REJECTED_FORGOTTEN),
        after(withheld, lambda office, _: scheduled.forget_rejected()),
    ),
    "identity_checks.check_waiting": Row(
        after(waits, lambda office, _: identity_checks.check_waiting(AUTHORITY)),
        (Act.IDENTITY_CHECKED,),
    ),
    "identity_checks.look_again": Row(
        after(published, lambda office, _: identity_checks.look_again(AUTHORITY)),
        (Act.IDENTITY_CHECKED,),
    ),
    "identity_checks.let_pass": Row(
        after(waits, lambda office, batch: identity_checks.let_pass(batch, office.bilal, WHY)),
        (Act.IDENTITY_OVERRIDDEN,),
        after(waits, lambda office, batch: identity_checks.let_pass(batch, office.amna, WHY)),
    ),
    "identity_checks.settle": Row(
        after(doubted, lambda office, check: identity_checks.settle(check.pk, office.bilal, WHY)),
        (Act.IDENTITY_OVERRIDDEN,),
        after(doubted, lambda office, check: identity_checks.settle(check.pk, office.amna, WHY)),
    ),
    "identity_checks.require_agreement": Row(
        after(checked, lambda office, batch: identity_checks.require_agreement(batch)),
        (),
        after(waits, lambda office, batch: identity_checks.require_agreement(batch)),
    ),
    "identity_checks.open_reason": Row(
        after(checked, lambda office, batch: identity_checks.open_reason(first(batch)))
    ),
    "identity_checks.checks_of": Row(
        after(checked, lambda office, batch: list(identity_checks.checks_of(batch)))
    ),
    "identity_checks.open_alarms": Row(plain(lambda office: list(identity_checks.open_alarms()))),
    "scheduled.reviews_due": Row(after(published, lambda office, _: scheduled.reviews_due(36500))),
    "scheduled.sweep_files": Row(
        after(stray_file, lambda office, _: scheduled.sweep_files()),
        (Act.ORPHANS_SWEPT,),
        after(withheld, lambda office, _: scheduled.sweep_files()),
    ),
    "scheduled.sweep_keys": Row(
        after(orphan, lambda office, _: scheduled.sweep_keys()),
        (Act.ORPHANS_SWEPT,),
        after(withheld, lambda office, _: scheduled.sweep_keys()),
    ),
    "searching.search": Row(
        after(published, lambda office, _: searching.search(Query(number=ASLAM), office.amna)),
        (Act.SEARCHED,),
    ),
    "searching.row_of": Row(
        after(
            lambda office: people([published(office).pk])[0],
            lambda office, one: searching.row_of(
                one, seen([one.offender.pk])[one.offender.pk], 1.0
            ),
        )
    ),
    "services.approve": Row(
        after(
            lambda office: office.entered(a_row()),
            lambda office, batch: services.approve(batch, office.bilal),
        ),
        (Act.BATCH_APPROVED,),
        after(
            lambda office: office.entered(a_row()),
            lambda office, batch: services.approve(batch, office.amna),
        ),
    ),
    "services.change_draft": Row(
        after(
            draft,
            lambda office, draft: services.change_draft(
                draft, a_conviction(victim_category="woman"), office.amna
            ),
        ),
        (Act.DRAFT_CHANGED,),
        after(
            draft,
            lambda office, draft: services.change_draft(draft, a_conviction(), office.bilal),
        ),
    ),
    "services.correct": Row(
        after(
            published,
            lambda office, one: services.correct(
                one, ProfileCorrection({"marks": "A scar on the left hand"}), office.amna, WHY
            ),
        ),
        (Act.CORRECTED,),
        after(
            published,
            lambda office, one: services.correct(
                one, ProfileCorrection({"district": ""}), office.amna, WHY
            ),
        ),
    ),
    "services.discard_draft": Row(
        after(draft, lambda office, draft: services.discard_draft(draft, office.amna)),
        (Act.DRAFT_DISCARDED, *_FORGOTTEN),
        after(draft, lambda office, draft: services.discard_draft(draft, office.bilal)),
    ),
    "services.enter_conviction": Row(
        plain(draft),
        (Act.CONVICTION_ENTERED,),
        after(published, lambda office, _: services.enter_conviction(a_conviction(), office.amna)),
    ),
    "services.expire": Row(after(over, lambda office, one: services.expire(one)), (Act.EXPIRED,)),
    "services.import_batch": Row(
        plain(lambda office: imported(office, office.amna)),
        (Act.BATCH_IMPORTED,),
        plain(lambda office: imported(office, office.bilal)),
    ),
    "services.merge": Row(
        after(two, lambda office, pair: services.merge(*pair, office.amna, WHY)),
        (Act.BATCH_SUBMITTED,),
        after(published, lambda office, one: services.merge(one, one, office.amna, WHY)),
    ),
    "services.read_history": Row(
        after(
            published,
            lambda office, one: services.read_history(
                one, today(), timezone.now(), office.amna, WHY
            ),
        ),
        (Act.HISTORY_READ,),
        after(
            published,
            lambda office, one: services.read_history(
                one, today(), timezone.now(), _of_sindh(office), ""
            ),
        ),
    ),
    "services.record_appeal": Row(
        after(
            published,
            lambda office, _: services.record_appeal(ASLAM, "12/2020", "stayed", office.amna, WHY),
        ),
        (Act.APPEAL_RECORDED,),
        after(
            published,
            lambda office, _: services.record_appeal(ASLAM, "9/2020", "stayed", office.amna, WHY),
        ),
    ),
    "services.record_death": Row(
        after(
            published,
            lambda office, one: services.record_death(one, today(), office.amna, WHY),
        ),
        (Act.DEATH_RECORDED,),
        after(
            published,
            lambda office, one: services.record_death(
                one, today() + timedelta(1), office.amna, WHY
            ),
        ),
    ),
    "services.record_review": Row(
        after(
            reviewable, lambda office, one: services.record_review(one, office.amna, "stays", WHY)
        ),
        (Act.REVIEW_DONE,),
        after(
            published, lambda office, one: services.record_review(one, office.amna, "stays", WHY)
        ),
    ),
    "services.reject": Row(
        after(
            lambda office: office.entered(a_row()),
            lambda office, batch: services.reject(batch, office.bilal, WHY),
        ),
        (Act.BATCH_REJECTED,),
        after(
            lambda office: office.entered(a_row()),
            lambda office, batch: services.reject(batch, office.amna, WHY),
        ),
    ),
    "services.remove": Row(
        after(published, lambda office, one: services.remove(one, office.amna, WHY)),
        (Act.SUSPENDED,),
        after(published, lambda office, one: services.remove(one, office.amna, "")),
    ),
    "services.restore": Row(
        after(
            lambda office: (published(office), services.withdraw(ASLAM, office.amna, WHY))[0],
            lambda office, one: services.restore(one, office.amna, WHY),
        ),
        (Act.BATCH_SUBMITTED,),
        after(published, lambda office, one: services.restore(one, office.amna, WHY)),
    ),
    "services.review_silence": Row(
        after(
            silenced, lambda office, batch: services.review_silence(batch, office.bilal, "Seen.")
        ),
        (Act.SILENCE_REVIEWED,),
        after(silenced, lambda office, batch: services.review_silence(batch, office.amna, "")),
    ),
    "services.submit": Row(
        after(draft, lambda office, draft: services.submit(draft, office.amna)),
        (Act.BATCH_SUBMITTED,),
        after(draft, lambda office, draft: services.submit(draft, office.bilal)),
    ),
    "services.suspend": Row(
        after(
            published,
            lambda office, one: services.suspend(one, Ground.DISPUTE, office.amna, WHY),
        ),
        (Act.SUSPENDED,),
        after(
            published,
            lambda office, one: services.suspend(one, Ground.WITHDRAWN, office.amna, WHY),
        ),
    ),
    "services.unmerge": Row(
        after(merged, lambda office, other: services.unmerge(other, office.amna, WHY)),
        (Act.BATCH_SUBMITTED,),
        after(published, lambda office, one: services.unmerge(one, office.amna, WHY)),
    ),
    "services.withdraw": Row(
        after(published, lambda office, _: services.withdraw(ASLAM, office.amna, WHY)),
        (Act.WITHDRAWN,),
        plain(lambda office: services.withdraw(ASLAM, office.amna, WHY)),
    ),
    "proposals.administrators": Row(plain(lambda office: proposals.administrators())),
    "proposals.propose_officer": Row(
        after(
            heads,
            lambda office, by: proposals.propose_officer("Chanda", "approval", "", by[0], WHY),
        ),
        (Act.OFFICER_PROPOSED,),
        plain(lambda office: proposals.propose_officer("Chanda", "approval", "", office.amna, WHY)),
    ),
    "proposals.propose_change": Row(
        after(
            heads,
            lambda office, by: proposals.propose_change(office.amna, "approval", "", by[0], WHY),
        ),
        (Act.OFFICER_PROPOSED,),
        after(
            heads, lambda office, by: proposals.propose_change(by[0], "approval", "", by[0], WHY)
        ),
    ),
    "proposals.propose_end": Row(
        after(heads, lambda office, by: proposals.propose_end(office.amna, by[0], WHY)),
        (Act.OFFICER_PROPOSED,),
        after(heads, lambda office, by: proposals.propose_end(by[1], by[0], WHY)),
    ),
    "proposals.propose_link": Row(
        after(heads, lambda office, by: proposals.propose_link(office.amna, by[0], WHY)),
        (Act.OFFICER_PROPOSED,),
        after(heads, lambda office, by: proposals.propose_link(by[0], by[0], WHY)),
    ),
    "proposals.approve_proposal": Row(
        after(proposed, lambda office, all: proposals.approve_proposal(all[0].pk, all[2])),
        (Act.OFFICER_APPROVED, Act.OFFICER_ADDED, Act.LINK_ISSUED),
        after(proposed, lambda office, all: proposals.approve_proposal(all[0].pk, all[1])),
    ),
    "proposals.reject_proposal": Row(
        after(proposed, lambda office, all: proposals.reject_proposal(all[0].pk, all[2], WHY)),
        (Act.OFFICER_REJECTED,),
        after(proposed, lambda office, all: proposals.reject_proposal(all[0].pk, all[1], WHY)),
    ),
    "refusals.enter": Row(
        plain(lambda office: refusals.enter("Amna", "192.0.2.1", "password")),
        (Act.SIGN_IN_REFUSED,),
    ),
    "refusals.enter_page": Row(
        plain(lambda office: refusals.enter_page(office.amna, "console-officers")),
        (Act.PAGE_REFUSED,),
    ),
    "refusals.sum_up": Row(plain(lambda office: in_a_transaction(refusals.sum_up))),
    "refusals.sum_up_minutes": Row(plain(lambda office: refusals.sum_up_minutes())),
    "signing.hire": Row(
        plain(lambda office: signing.hire("Chanda", "approval")),
        (Act.LINK_ISSUED, Act.OFFICER_ADDED),
        plain(lambda office: signing.hire("Amna", "approval")),
    ),
    "signing.link_anew": Row(
        plain(lambda office: signing.link_anew("Amna")),
        (Act.LINK_ISSUED,),
        plain(lambda office: signing.link_anew("Nobody")),
    ),
    "signing.add_officer": Row(
        plain(lambda office: signing.add_officer("Chanda", "approval")),
        (Act.OFFICER_ADDED,),
        plain(lambda office: signing.add_officer("Amna", "approval")),
    ),
    "signing.sign_in": Row(
        plain(lambda office: signing.sign_in("Amna", office.secrets["Amna"])), (Act.SIGNED_IN,)
    ),
    "store.add_evidence": Row(
        after(published, lambda office, one: adds(office, one, "judgment.pdf")),
        (Act.EVIDENCE_ADDED,),
        after(published, lambda office, one: adds(office, one, "")),
    ),
    "store.examined": Row(
        plain(lambda office: store.examined(a_paper(), "judgment.pdf", "judgment"))
    ),
    "store.serve": Row(
        after(document, lambda office, found: store.serve(found[1], office.amna)),
        (Act.EVIDENCE_SERVED, Act.OUTCOME_DONE),
        after(
            lambda office: (document(office), office.hire("Danish", "audit")),
            lambda office, found: store.serve(found[0][1], found[1]),
        ),
    ),
    "store.declared_name": Row(
        after(document, lambda office, found: store.declared_name(found[1]))
    ),
    "store.destroy_files": Row(
        after(document, lambda office, found: store.destroy_files(found[0]))
    ),
    "store.sweep_orphans": Row(after(stray_file, lambda office, _: store.sweep_orphans())),
    "timeline.timeline": Row(after(published, lambda office, one: timeline.timeline([one.pk]))),
    "store.check": Row(after(document, lambda office, _: list(store.check()))),
}


def wrong_secret(office: Office) -> None:
    """Fail to sign in. Raises ``BadCredentials``."""
    try:
        signing.sign_in("Amna", office.secrets["Bilal"])
    except BadCredentials:
        return
    raise AssertionError("somebody else's secret was taken")
