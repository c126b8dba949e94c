"""What a person is told of a refusal, in the language of the page.

Rules that hold here: an error's own message is English and says what it found, so an English page
shows it; another language shows that message where it is translated word for word, else the
sentence of its code, which says as much for every case of it. A test fails on a code without one.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

SENTENCES: Final[dict[str, Promise]] = {
    # Who may do it
    "role_not_allowed": _("This is for officers of another role: ask one of them."),
    "own_entry": _("Another officer than the one who entered it must decide this."),
    "own_change": _("Whoever proposes a change never decides it: ask another officer."),
    "same_officer": _("You confirmed this already: another officer must, too."),
    "two_officers": _("This takes two different officers."),
    "account": _("The account can't do this."),
    "bad_officer": _("The name or the role of the officer can't be: correct it."),
    "officer_exists": _("There is an officer of this name already: choose another name."),
    "bad_credentials": _("No officer has this name and this secret: check both."),
    "too_many": _("Too many attempts failed: try again later."),
    "own_account": _("Other administrators have to propose and decide what concerns you."),
    "second_administrator": _(
        "Another administrator has to decide: you proposed or approved this."
    ),
    "proposer_left": _(
        "Who proposed or approved this is no administrator any more: reject it, and propose it"
        " anew."
    ),
    "proposed_already": _("The same is proposed already, and waits for a decision."),
    "decided_already": _("This proposal was decided already."),
    "unknown_proposal": _("There is no such proposal."),
    "unknown_officer": _("There is no officer of this name."),
    "not_an_officer": _("This officer's access has ended: add a new officer."),
    "nothing_changes": _("Choose another role or another jurisdiction."),
    "last_administrators": _("Two administrators have to be left: add another one first."),
    "bad_role": _("A role's name is letters, digits and underscores."),
    # Sources
    "name_taken": _("An officer or a source has this name already."),
    "own_proposal": _("Another administrator than the one who proposed decides."),
    "bad_key": _("Give the public half of an Ed25519 key, as “nsor source keygen” prints it."),
    "key_known": _("This key was given before: a source makes a fresh one."),
    "not_missing": _("No push of this number is missing."),
    "unreachable": _("The register didn't answer: try again later."),
    # Why, and by what
    "reason_required": _("Give the reason in words: it is kept with the act."),
    "may_name_victim": _(
        "The text may say who a victim is, which the law forbids: write it without a victim's"
        " name, relation, number or address."
    ),
    "evidence_required": _("Add the document that proves this, and name it."),
    "evidence_broken": _("The file is cut off or broken: save or scan it again, and send that."),
    "evidence_type": _("The file is no PDF, PNG or JPEG: save or scan it as one of these."),
    "evidence_too_large": _("The document is too large: send it smaller, or in parts."),
    "evidence_unsafe": _(
        "The file can't be shown safely: print it to a new PDF, or scan it again, and send that."
    ),
    "evidence_name": _("The file's name can't be kept: rename the file."),
    "evidence_unscanned": _(
        "The virus scanner can't be asked, so nothing was kept: try again, or tell operations."
    ),
    "evidence_infected": _(
        "The virus scanner found something in the file: tell whoever sent it, and operations."
    ),
    "evidence_gone": _("The document's file is missing or was destroyed."),
    "upload_empty": _("The file is empty: choose the one with the rows."),
    "upload_type": _("The file is neither CSV in UTF-8 nor an Excel workbook: save it as one."),
    "upload_too_large": _("The file is too large: send it in parts."),
    "upload_encrypted": _("The workbook is protected by a password: save it without one."),
    "upload_broken": _("The workbook is damaged: open it, save it again, and send that."),
    "upload_unsafe": _("The file can't be read safely: save it anew, and send that."),
    # Where it stands
    "changed": _("What was shown has changed since: look at it again as it is now."),
    "nothing_counted": _("Nothing was counted yet: ask for a count, and try again after it."),
    "wrong_state": _("The registration is not in a state in which this can be done."),
    "removed": _("The person was removed, and nothing of them can be read."),
    "not_registered": _("Nobody of this number is in the register: check the number."),
    "unknown_case": _("The person has no conviction of this case number: check the number."),
    "unknown_batch": _("There is no act of this number."),
    "not_submitted": _("This was decided already."),
    "in_progress": _("Another officer or process is doing this at this moment."),
    "already_waiting": _("Something about this awaits approval: have it decided first."),
    "outdated": _(
        "The record has changed since this was entered: reject it, and have what is true now"
        " entered."
    ),
    "no_change": _("This is what the register holds already."),
    "not_a_draft": _("This is no draft of yours any more."),
    "form_entered": _("This form was entered in another window: look at that one."),
    "form_changed": _(
        "This form was saved in another window meanwhile: what you see here isn't saved."
    ),
    "form_too_long": _("The form holds more text than any entry takes: shorten it."),
    "unknown_form": _("You have no such form any more: it was submitted, discarded or too old."),
    "too_many_forms": _("You have too many unfinished forms: submit or discard one of them first."),
    "too_many_documents": _("A form takes no more documents: put several pages into one file."),
    "number_differs": _("The draft is of another number: make a new one."),
    "not_mergeable": _("These two can't be merged as they stand: look at both records."),
    "same_record": _("This is one record: name two."),
    "not_due": _("No review falls due soon: wait for the day that the record names."),
    "not_to_review": _("Nothing of this act waits to be looked at."),
    "nothing_to_pass": _("Nothing of this act waits for such a word: look again."),
    "identity_differs": _(
        "The identity authority knows a number as somebody else's, or not at all: look at it"
        " against the evidence, and reject, or say why it may go on."
    ),
    "identity_unchecked": _(
        "The identity authority was not asked about every number yet: wait for it, or say why it"
        " may go on without."
    ),
    "likely_known": _(
        "The person may be in the register under another number: decide on each who is alike."
    ),
    "known_number": _(
        "The register knows this number: look at the person; the two may have to be merged."
    ),
    "maybe_known": _("The register may know this person: look at those who are like them."),
    "already_passed": _("This alarm was let pass already."),
    "bad_fingerprint": _("No alarm that may be let pass has this sign: copy it from the alarm."),
    "busy": _("Others are writing to the register: try again in a minute."),
    "withheld": _(
        "A backup was restored, and two officers have yet to confirm it: nothing is deleted until"
        " then."
    ),
    "journal_unavailable": _(
        "The journal of silences can't be written: tell operations, then try again."
    ),
    "not_whole": _("The record is not whole: tell operations."),
    # What was typed, or stood in a file
    "bad_value": _("The value can't be: look at what the field takes."),
    "bad_cnic": _("An identity number has 13 digits, the first of them 1 to 8."),
    "bad_passport": _(
        "A passport is written as the country's three letters, a dash and its number."
    ),
    "bad_date": _("The date can't be read: write day, month and year."),
    "date_in_future": _("The date lies in the future."),
    "date_too_early": _("The date is before 1947."),
    "too_long": _("The text is too long: shorten it."),
    "no_letters": _("A name or a court is written with letters."),
    "required": _("This is required: fill it in."),
    "unknown_section": _("The catalogue has no such section: check it."),
    "not_registrable": _("None of the sections makes a person registrable."),
    "duplicate_in_file": _("An earlier row of the file has the same number and case."),
    "already_registered": _("The register has this case already, or it awaits approval."),
    "name_conflict": _(
        "Another entry of the same number has another name here: find out which is right."
    ),
    "no_header": _("The first row names none of the columns."),
    "missing_column": _("This column is required and isn't there."),
    "unknown_column": _("There is no such column."),
    "bad_encoding": _("The file is not in UTF-8: save it as that."),
    "sex_differs_from_cnic": _("The last digit of the number stands for another sex: check it."),
    "age_at_offence_unknown": _(
        "Nothing tells whether the person was under 18 at the offence: find it out."
    ),
    # The law's data
    "no_policy": _("No such policy is in force: an authority must set one."),
    "never_repealed": _("There is always a row of this key: propose another one for it."),
    "nothing_to_repeal": _("No such row is in force on that day."),
    "bad_dates": _("The last day is before the first."),
    "in_the_past": _(
        "The change would hold from a day in the past: choose today or later, or say that it is"
        " meant to reach back."
    ),
    "unknown_change": _("There is no change of this number."),
    "already_decided": _("This change was decided already."),
    # The trail
    "unknown_entry": _("The trail has no entry of this number."),
    "not_signed_yet": _("No checkpoint covers this entry yet: wait for the next one."),
    "trail_damaged": _("The trail is damaged: verify it, and tell operations."),
    "trail_behind": _("The trail holds fewer entries than its checkpoint: tell operations."),
    "trail_forked": _("The trail is not the one that was signed: tell operations."),
    "key_unavailable": _("A key of the trail can't be had: tell operations."),
    "bad_witness_key": _("The witness's key can't be read."),
    # Keys
    "rotation_runs": _("The keys are being rotated already: let it finish."),
    "rotation_unfinished": _("Finish the rotation of the keys first."),
    "unknown_key": _("The ring has no such key."),
    "current_key": _("This key seals what is new: rotate the keys first."),
    "key_in_use": _("The key is still needed."),
    "too_early": _("This is too early: try again later."),
    # Operations: what commands meet
    "bad_file": _("A file of the trail can't be used: find out who wrote it."),
    "bad_cosigned": _("The cosigned checkpoint can't be used: ask the witness for it anew."),
    "not_witnessed": _("The witness has cosigned nothing yet: ask it for the last checkpoint."),
    "no_copy": _("The copy of the trail's leaves is not the last one: bring that back."),
    "not_a_beginning": _("What was restored is not of this trail: restore another backup."),
    "other_log": _("This is of another trail."),
    "unknown_log": _("The witness knows another trail."),
    "bad_request": _("The request can't be read."),
    "forged": _("The trail has not signed this."),
    "smaller_tree": _("Entries are gone that were cosigned."),
    "fork": _("The trail was forked: tell operations."),
    "conflict": _("The trail has yet to read what was cosigned last."),
    "bad_proof": _("The proof doesn't hold: the trail was forked, or the request is broken."),
    "bad_epoch": _("The statement of the new epoch can't be accepted."),
    "no_request": _("There is no request yet."),
    "bad_state": _("The witness's state can't be used."),
    "no_log_key": _("The trail's key isn't there yet."),
    "bad_entry": _("The entry of the trail can't be written as it is."),
    "needs_intent": _("The act reaches outside: note the intent before it."),
    "in_transaction": _("An intent is noted before the act, outside of any transaction."),
    "no_transaction": _("An entry is written in the transaction of what it records."),
    "bad_backup": _("This is no whole backup: fetch it again, or take another one."),
    "other_version": _("The backup is of another version of this software."),
    "other_kind": _("This is a backup of something else than what was asked for."),
    "other_engine": _("The backup is of another kind of database."),
    "other_recipient": _("The backup was encrypted to another key."),
    "bad_recipient": _("The recipient is no public key of age."),
    "bad_identity": _("The key file holds no secret key of age that can be used."),
    "bad_scratch": _("A scratch database begins with sqlite:/// or postgresql://."),
    "bad_checkpoint": _("The last checkpoint of the trail can't be read."),
    "no_checkpoint": _("The last checkpoint of the trail is missing: bring its folder back."),
    "not_empty": _("There are data already: name what is empty."),
    "not_owner": _("Restore as the role that owns the tables."),
    "no_journal": _("The journal of silences is missing: bring it back."),
    "journal_damaged": _("The journal of silences is damaged: mend it from its copy."),
    "keys_missing": _("Keys of people are missing from the key store: bring it back."),
    "nothing_to_confirm": _("No restore awaits confirmation."),
    "not_finished": _("The restore was stopped before its end: run it again."),
}


def told_code(code: str, message: str) -> str:
    """Return a sentence for what a code names and an English message says."""
    if get_language() in (None, "en"):
        return message
    translated = gettext(message) if message else ""
    if translated != message:
        return translated
    return str(SENTENCES.get(code, message))


def told(error: Exception) -> str:
    """Return why something was refused, as a sentence."""
    return told_code(str(getattr(error, "code", "")), str(error))
