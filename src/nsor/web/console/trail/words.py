"""What an act and a finding mean, in the language of the page: one table for each.

Rules that hold here: the English is what the enumeration says, word for word, and a test fails on
an act or a finding that is not here; until then it shows in English.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nsor.audit.acts import Act
from nsor.audit.findings import Kind

ACTS: Final[dict[str, Promise]] = {
    "offender_entered": _("An officer entered a person as an offender."),
    "conviction_entered": _("An officer entered a conviction as a draft."),
    "batch_imported": _("An officer imported a file of convictions as one batch."),
    "batch_submitted": _("An officer submitted a batch for approval."),
    "batch_approved": _("A second officer approved a batch and published it."),
    "batch_rejected": _("A second officer rejected a batch, with a reason."),
    "draft_changed": _("An officer changed a draft."),
    "draft_discarded": _("An officer discarded a draft."),
    "entry_begun": _("An officer began to fill in the form of an entry."),
    "entry_forgotten": _("What was typed into the form of an entry was made unreadable for ever."),
    "appeal_recorded": _("An officer recorded where an appeal stands."),
    "appeal_approved": _("A second officer let a conviction speak again."),
    "corrected": _("An officer corrected a fact, with a reason."),
    "identity_added": _("An officer added an identity number to an offender."),
    "death_recorded": _("An officer recorded a death; the register fell silent."),
    "juvenile_order_recorded": _(
        "An officer recorded a court's order that a juvenile be disclosed."
    ),
    "false_alarm_passed": _(
        "A second officer let a text pass that the screening for victims' data had stopped."
    ),
    "identity_checked": _("The identity authority was asked whose some numbers are."),
    "identity_overridden": _(
        "A second officer let a number pass that the identity authority didn't confirm."
    ),
    "file_checked": _(
        "An officer had a file checked against the register, and nothing was entered."
    ),
    "suspended": _("An officer suspended a registration."),
    "restored": _("A second officer restored a suspended registration."),
    "silence_reviewed": _(
        "A second officer looked at a silence after it took effect, and let it stand."
    ),
    "withdrawn": _("An officer silenced somebody who was wrongly listed."),
    "expired": _("The scheduled job ended a registration whose term was over."),
    "removed": _("A registration was removed from the register."),
    "expunged": _("All that is stored of a person was made unreadable for ever."),
    "merged": _("Two records were merged, being of one person."),
    "unmerged": _("A merger was undone."),
    "review_done": _("An officer recorded what a review of a registration found."),
    "evidence_added": _("An officer added a document."),
    "evidence_served": _("An officer is about to be shown a document."),
    "record_read": _("An officer read a record."),
    "history_read": _("An officer read what the register said at an earlier time."),
    "searched": _("An officer searched the register."),
    "duplicates_shown": _("An officer was shown who may be the same person."),
    "found_different": _("An officer found that two people who look alike are not the same."),
    "trail_read": _("An officer read the details of an entry of this trail."),
    "exported": _("Data of the register are about to be written to a file."),
    "disclosed": _("Somebody beyond the public is about to be told what is recorded."),
    "officer_added": _("An officer was added, with a role."),
    "officer_changed": _("An officer's role was changed, or their access ended."),
    "signed_in": _("An officer proved who they are."),
    "sign_in_refused": _("Somebody failed to prove that they are an officer."),
    "sign_ins_refused": _(
        "Further sign-ins of one minute were refused, beyond those that have an entry."
    ),
    "page_refused": _("An officer asked for a page that is not for their role."),
    "signed_out": _("An officer signed out."),
    "session_ended": _("A session ended, by its age or by its officer from another."),
    "password_set": _("An officer chose a password."),
    "second_factor_added": _("An officer added a second factor."),
    "second_factor_removed": _("An officer removed a second factor."),
    "recovery_codes_made": _("An officer had recovery codes made."),
    "link_issued": _("A one-time link for an officer's first sign-in was issued."),
    "link_used": _("An officer's one-time link was used."),
    "officer_proposed": _("A change of who may act was proposed."),
    "officer_seconded": _(
        "A first administrator approved what the system proposed about an officer."
    ),
    "officer_approved": _("A second administrator approved what was proposed."),
    "officer_rejected": _("An administrator rejected what was proposed."),
    "source_proposed": _("An administrator proposed a source, a change of one, or a key."),
    "source_approved": _("A second administrator approved what was proposed of it."),
    "source_rejected": _("A second administrator rejected what was proposed of it."),
    "source_key_revoked": _("An administrator revoked a key of a source."),
    "source_stopped": _("An administrator switched a source off."),
    "source_gap_closed": _("An officer found that an order number of a source will never come."),
    "source_push_accepted": _("An event of a source was taken."),
    "source_push_refused": _("A message that a source signed was refused."),
    "source_pushes_refused": _(
        "Messages that nobody known had signed in time were refused, in this minute so many."
    ),
    "law_change_proposed": _("An officer proposed a change of the law's data."),
    "law_change_approved": _("A second officer put a change into force."),
    "law_change_rejected": _("A second officer rejected a change of law."),
    "law_applied": _("The scheduled work judged people again, the law having changed."),
    "keys_rotation_started": _("The key ring got a new key."),
    "keys_rotation_finished": _("Everything is under the new key."),
    "subject_key_destroyed": _("The key of one person was destroyed."),
    "rejected_forgotten": _(
        "The scheduled work deleted people known only from a batch rejected long ago."
    ),
    "orphans_swept": _(
        "The scheduled work swept up keys or files that nothing refers to any more."
    ),
    "backed_up": _("A backup is about to be written."),
    "backup_restored": _("The database was restored from a backup."),
    "silence_replayed": _("A silence of the journal was replayed after a restore."),
    "restore_confirmed": _("Two officers confirmed a restore; answers resumed."),
    "converted": _("An upgrade turned the record's first form into its present one."),
    "epoch_opened": _("Two officers opened a new epoch of the trail."),
    "trail_verified": _("The whole trail was verified, with this result."),
    "outcome_done": _("What the entry named in the subject intended, was done."),
    "outcome_failed": _("What the entry named in the subject intended, failed."),
}
"""What each act means."""

FINDINGS: Final[dict[str, Promise]] = {
    "edited": _("A column of the entry was changed."),
    "back_dated": _("The entry claims a time at which it was not there."),
    "removed": _("The entry is gone."),
    "inserted": _("The entry stands in the tree where it never stood."),
    "reordered": _("The entry stands at another place in the tree."),
    "sequence_jump": _("The entry has a number that the trail never gave."),
    "leaf_removed": _("The entry is there, and its leaf is gone."),
    "leaf_edited": _("The leaf of the entry was changed."),
    "tile_edited": _("A tile over the entry and those after it was changed."),
    "details_edited": _("The details are not those that the entry commits to."),
    "details_missing": _("The details are gone."),
    "details_unreadable": _(
        "The key of the details is gone, and no entry says that it was destroyed."
    ),
    "truncated": _("The trail is shorter than a checkpoint says."),
    "root_mismatch": _("The tree is not the one that the checkpoint was signed over."),
    "bad_signature": _("A checkpoint is not signed by who should have signed it."),
    "checkpoint_missing": _(
        "The trail was signed, and no checkpoint of it lies in the folder outside the database."
    ),
    "log_changed": _("The database holds another log than the checkpoints."),
    "epoch_edited": _("An epoch is not what its signed statement says."),
    "key_edited": _("A key of the trail was changed."),
    "copy_edited": _("The copy of the leaves outside the database was changed."),
}
"""What each kind of finding means."""

_ENGLISH: Final = {one.value: one.meaning for one in (*Act, *Kind)}


def meaning(word: str) -> str:
    """Return what an act or a kind of finding means; the word itself where nobody knows it."""
    return str(ACTS.get(word) or FINDINGS.get(word) or _ENGLISH.get(word, word))
