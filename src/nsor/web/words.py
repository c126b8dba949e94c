"""What the pages call the words that the register stores: one table, translated.

Rules that hold here: a stored word never shows on a page as it is; what isn't in the table shows
as it is, so that nothing is hidden, and a test fails on it.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

WORDS: Final[dict[str, dict[str, Promise]]] = {
    "role": {
        "entry": _("entry officer"),
        "approval": _("approving officer"),
        "supervision": _("supervising officer"),
        "audit": _("auditor"),
        "administration": _("administrator"),
        "source": _("source"),
    },
    "state": {
        "new": _("new"),
        "draft": _("draft"),
        "submitted": _("awaits approval"),
        "rejected": _("rejected"),
        "published": _("published"),
        "suspended": _("suspended"),
        "expired": _("term over"),
        "removed": _("removed"),
        "staging": _("being read"),
        "approved": _("approved"),
        "discarded": _("discarded"),
        "active": _("active"),
        "pending": _("pending"),
        "stayed": _("stayed"),
        "quashed": _("quashed"),
        "none": _("none"),
    },
    "kind": {
        "import": _("import of a file"),
        "entry": _("entry"),
        "correction": _("correction"),
        "appeal": _("appeal"),
        "restore": _("restoring"),
        "merge": _("merge"),
        "unmerge": _("undoing a merge"),
        "removal": _("removal"),
        "suspension": _("suspension"),
        "withdrawal": _("withdrawal"),
        "death": _("death"),
        "expiry": _("end of term"),
        "law": _("change of the law's data"),
        "review": _("review of the registration"),
    },
    "appeal": {
        "none": pgettext_lazy("appeal", "none"),
        "pending": pgettext_lazy("appeal", "pending"),
        "stayed": pgettext_lazy("appeal", "stayed"),
        "quashed": pgettext_lazy("appeal", "quashed"),
    },
    "sex": {"male": _("male"), "female": _("female"), "x": pgettext_lazy("sex", "X")},
    "relation": {"father": _("father"), "husband": _("husband")},
    "victim": {
        "child": _("child"),
        "woman": _("woman"),
        "both": _("a child and a woman"),
    },
    "ground": {
        "withdrawn": _("wrongly listed"),
        "dispute": _("the listing is disputed"),
        "court_order": _("a court ordered it"),
        "removal": _("removal awaits a second officer"),
        "backup": _("a restored backup lacks why this was silent"),
    },
    "number": {
        "cnic": _("CNIC"),
        "nicop": _("NICOP (overseas card)"),
        "poc": _("POC (origin card)"),
        "juvenile": _("juvenile card or B-Form"),
        "passport": _("passport"),
    },
    "silence": {
        "removed": _("The person was removed from the register."),
        "withdrawn": _("The person was wrongly listed."),
        "backup": _("A restored backup lacks why the person was silent."),
        "deceased": _("The person has died."),
        "expired": _("The registration has expired."),
        "term_ended": _("The term of the registration is over."),
        "suspended": _("The registration is suspended."),
        "edited": _("A correction awaits its second officer."),
        "not_approved": _("Two officers have not approved it yet."),
        "not_yet_convicted": _("The conviction is dated after this day."),
        "juvenile": _("The person was under 18 at the offence, and no court ordered publication."),
        "not_registrable": _("No section of the conviction makes the person registrable."),
        "stayed": _("The conviction is stayed on appeal."),
        "quashed": _("The conviction was quashed on appeal."),
        "policy": _("The policy in force does not allow it."),
    },
    "standing": {
        "active": _("registered"),
        "suspended": _("suspended"),
        "expired": _("term over"),
        "removed": _("removed"),
        "deceased": _("deceased"),
    },
    "evidence": {
        "judgment": _("judgment"),
        "order": _("court order"),
        "jail_roll": _("jail roll"),
        "death_certificate": _("death certificate"),
        "identity_paper": _("identity paper"),
        "photograph": _("photograph"),
        "other": _("other document"),
    },
    "address": {
        "home": _("home"),
        "work": pgettext_lazy("address", "work"),
        "school": _("school"),
        "prison": pgettext_lazy("address", "prison"),
        "other": pgettext_lazy("address", "other"),
    },
    "finding": {
        "stays": _("the registration goes on"),
        "ends": _("the registration ought to end: its removal is to be asked for"),
    },
    "due": {
        "review": _("review"),
        "term_end": _("end of the term"),
    },
    "audience": {
        "public": _("the public"),
        "institution": _("institutions"),
        "law_enforcement": _("law enforcement"),
    },
}


def word(value: object, table: str) -> str:
    """Return what a stored word is called in the page's language, the word itself if unknown.

    Raises ``KeyError`` for a table that isn't there.
    """
    text = str(value)
    return str(WORDS[table].get(text, text))
