"""Every act that the trail records: one enumeration.

Rules that hold here: a value is written into entries and therefore never changed and never used
again for another meaning; an act that reaches outside (a document served, a file written) is
entered as an intent before it happens, and ``OUTCOME_DONE`` or ``OUTCOME_FAILED`` after it.
"""

from enum import StrEnum


class Act(StrEnum):
    """What somebody did; ``meaning`` says it in a sentence."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> "Act":
        """Make a member of its value and what it means."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    # the record
    OFFENDER_ENTERED = "offender_entered", "An officer entered a person as an offender."
    CONVICTION_ENTERED = "conviction_entered", "An officer entered a conviction as a draft."
    BATCH_IMPORTED = "batch_imported", "An officer imported a file of convictions as one batch."
    BATCH_SUBMITTED = "batch_submitted", "An officer submitted a batch for approval."
    BATCH_APPROVED = "batch_approved", "A second officer approved a batch and published it."
    BATCH_REJECTED = "batch_rejected", "A second officer rejected a batch, with a reason."
    DRAFT_CHANGED = "draft_changed", "An officer changed a draft."
    DRAFT_DISCARDED = "draft_discarded", "An officer discarded a draft."
    ENTRY_BEGUN = "entry_begun", "An officer began to fill in the form of an entry."
    ENTRY_FORGOTTEN = (
        "entry_forgotten",
        "What was typed into the form of an entry was made unreadable for ever.",
    )
    APPEAL_RECORDED = "appeal_recorded", "An officer recorded where an appeal stands."
    APPEAL_APPROVED = "appeal_approved", "A second officer let a conviction speak again."
    CORRECTED = "corrected", "An officer corrected a fact, with a reason."
    IDENTITY_ADDED = "identity_added", "An officer added an identity number to an offender."
    DEATH_RECORDED = "death_recorded", "An officer recorded a death; the register fell silent."
    JUVENILE_ORDER_RECORDED = (
        "juvenile_order_recorded",
        "An officer recorded a court's order that a juvenile be disclosed.",
    )
    FALSE_ALARM_PASSED = (
        "false_alarm_passed",
        "A second officer let a text pass that the screening for victims' data had stopped.",
    )
    IDENTITY_CHECKED = (
        "identity_checked",
        "The identity authority was asked whose some numbers are.",
    )
    IDENTITY_OVERRIDDEN = (
        "identity_overridden",
        "A second officer let a number pass that the identity authority didn't confirm.",
    )
    FILE_CHECKED = (
        "file_checked",
        "An officer had a file checked against the register, and nothing was entered.",
    )
    # the life cycle
    SUSPENDED = "suspended", "An officer suspended a registration."
    RESTORED = "restored", "A second officer restored a suspended registration."
    SILENCE_REVIEWED = (
        "silence_reviewed",
        "A second officer looked at a silence after it took effect, and let it stand.",
    )
    WITHDRAWN = "withdrawn", "An officer silenced somebody who was wrongly listed."
    EXPIRED = "expired", "The scheduled job ended a registration whose term was over."
    REMOVED = "removed", "A registration was removed from the register."
    EXPUNGED = "expunged", "All that is stored of a person was made unreadable for ever."
    MERGED = "merged", "Two records were merged, being of one person."
    UNMERGED = "unmerged", "A merger was undone."
    REVIEW_DONE = "review_done", "An officer recorded what a review of a registration found."
    # evidence
    EVIDENCE_ADDED = "evidence_added", "An officer added a document."
    EVIDENCE_SERVED = "evidence_served", "An officer is about to be shown a document."
    # reading
    RECORD_READ = "record_read", "An officer read a record."
    HISTORY_READ = "history_read", "An officer read what the register said at an earlier time."
    SEARCHED = "searched", "An officer searched the register."
    DUPLICATES_SHOWN = "duplicates_shown", "An officer was shown who may be the same person."
    FOUND_DIFFERENT = (
        "found_different",
        "An officer found that two people who look alike are not the same.",
    )
    TRAIL_READ = "trail_read", "An officer read the details of an entry of this trail."
    EXPORTED = "exported", "Data of the register are about to be written to a file."
    DISCLOSED = "disclosed", "Somebody beyond the public is about to be told what is recorded."
    # accounts
    OFFICER_ADDED = "officer_added", "An officer was added, with a role."
    OFFICER_CHANGED = "officer_changed", "An officer's role was changed, or their access ended."
    SIGNED_IN = "signed_in", "An officer proved who they are."
    SIGN_IN_REFUSED = "sign_in_refused", "Somebody failed to prove that they are an officer."
    SIGN_INS_REFUSED = (
        "sign_ins_refused",
        "Further sign-ins of one minute were refused, beyond those that have an entry.",
    )
    PAGE_REFUSED = "page_refused", "An officer asked for a page that is not for their role."
    SIGNED_OUT = "signed_out", "An officer signed out."
    SESSION_ENDED = "session_ended", "A session ended, by its age or by its officer from another."
    PASSWORD_SET = "password_set", "An officer chose a password."
    SECOND_FACTOR_ADDED = "second_factor_added", "An officer added a second factor."
    SECOND_FACTOR_REMOVED = "second_factor_removed", "An officer removed a second factor."
    RECOVERY_CODES_MADE = "recovery_codes_made", "An officer had recovery codes made."
    LINK_ISSUED = "link_issued", "A one-time link for an officer's first sign-in was issued."
    LINK_USED = "link_used", "An officer's one-time link was used."
    OFFICER_PROPOSED = "officer_proposed", "A change of who may act was proposed."
    OFFICER_SECONDED = (
        "officer_seconded",
        "A first administrator approved what the system proposed about an officer.",
    )
    OFFICER_APPROVED = "officer_approved", "A second administrator approved what was proposed."
    OFFICER_REJECTED = "officer_rejected", "An administrator rejected what was proposed."
    # sources
    SOURCE_PROPOSED = (
        "source_proposed",
        "An administrator proposed a source, a change of one, or a key.",
    )
    SOURCE_APPROVED = "source_approved", "A second administrator approved what was proposed of it."
    SOURCE_REJECTED = "source_rejected", "A second administrator rejected what was proposed of it."
    SOURCE_KEY_REVOKED = "source_key_revoked", "An administrator revoked a key of a source."
    SOURCE_STOPPED = "source_stopped", "An administrator switched a source off."
    SOURCE_GAP_CLOSED = (
        "source_gap_closed",
        "An officer found that an order number of a source will never come.",
    )
    SOURCE_PUSH_ACCEPTED = "source_push_accepted", "An event of a source was taken."
    SOURCE_PUSH_REFUSED = "source_push_refused", "A message that a source signed was refused."
    SOURCE_PUSHES_REFUSED = (
        "source_pushes_refused",
        "Messages that nobody known had signed in time were refused, in this minute so many.",
    )
    # the law
    LAW_CHANGE_PROPOSED = "law_change_proposed", "An officer proposed a change of the law's data."
    LAW_CHANGE_APPROVED = "law_change_approved", "A second officer put a change into force."
    LAW_CHANGE_REJECTED = "law_change_rejected", "A second officer rejected a change of law."
    LAW_APPLIED = (
        "law_applied",
        "The scheduled work judged people again, the law having changed.",
    )
    # keys
    KEYS_ROTATION_STARTED = "keys_rotation_started", "The key ring got a new key."
    KEYS_ROTATION_FINISHED = "keys_rotation_finished", "Everything is under the new key."
    SUBJECT_KEY_DESTROYED = "subject_key_destroyed", "The key of one person was destroyed."
    # what nothing refers to any more
    REJECTED_FORGOTTEN = (
        "rejected_forgotten",
        "The scheduled work deleted people known only from a batch rejected long ago.",
    )
    ORPHANS_SWEPT = (
        "orphans_swept",
        "The scheduled work swept up keys or files that nothing refers to any more.",
    )
    # backups and epochs
    BACKED_UP = "backed_up", "A backup is about to be written."
    BACKUP_RESTORED = "backup_restored", "The database was restored from a backup."
    SILENCE_REPLAYED = (
        "silence_replayed",
        "A silence of the journal was replayed after a restore.",
    )
    RESTORE_CONFIRMED = "restore_confirmed", "Two officers confirmed a restore; answers resumed."
    CONVERTED = "converted", "An upgrade turned the record's first form into its present one."
    EPOCH_OPENED = "epoch_opened", "Two officers opened a new epoch of the trail."
    # the trail itself
    TRAIL_VERIFIED = "trail_verified", "The whole trail was verified, with this result."
    OUTCOME_DONE = "outcome_done", "What the entry named in the subject intended, was done."
    OUTCOME_FAILED = "outcome_failed", "What the entry named in the subject intended, failed."


REACHES_OUTSIDE = frozenset({Act.EVIDENCE_SERVED, Act.EXPORTED, Act.DISCLOSED, Act.BACKED_UP})
"""Acts that are entered by ``trail.intent`` before they happen, and by no other way."""

OUTCOMES = frozenset({Act.OUTCOME_DONE, Act.OUTCOME_FAILED})

EXPUNGES = frozenset({Act.EXPUNGED, Act.SUBJECT_KEY_DESTROYED})
"""Acts after which the details of their subject (a person, or ``key:12``) are unreadable."""
