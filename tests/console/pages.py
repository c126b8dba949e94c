"""The pages that are looked at in a real browser, and one register that all of them show.

Every route of the console and of signing in is in ``PAGES``, with the role that opens it, or in
``SHOW_NOTHING``: what only acts, downloads, or is a part of a page. A test holds that.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Final

from approval_building import a_document, entered
from console_building import Desk
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from entry_building import begin, enter, send, typed
from evidence_builders import a_paper
from law_building import enacted, term_of
from register_builders import ASLAM, YOUSAF, Office, a_file, a_row
from sign_in_building import Browser, a_link, chosen, enrolled, with_app
from source_builders import a_court, administrators

from nsor.accounts.models import OfficerProposal
from nsor.audit.checkpoints import write_checkpoint
from nsor.law import changes
from nsor.law.calendar import today
from nsor.law.models import DisclosureRule
from nsor.register import acting, documents, services, waiting
from nsor.register.models import Conviction, NumberKind, Offender
from nsor.sources import services as sources
from nsor.web import jobs
from nsor.web.models import Upload

Arguments = tuple[object, ...]
NEW, HALFWAY, CODED, ENROLLED = "new", "halfway", "coded", "enrolled"
"""Browsers of who chose a password just now, who typed it, who is shown codes, and who is in."""
WHY: Final = "the order of the Sessions Court"
THIRD, FOURTH, FIFTH, SIXTH, WITHDRAWN, ROOT, MERGED = (
    f"3520{number}123456{number}{number}" for number in range(3, 10)
)


@dataclass(frozen=True)
class Shown:
    """What the register holds for the pages to show, by number."""

    offender: int
    other: int
    withdrawn: int
    merged: int
    conviction: int
    act: int
    file: int
    silence: int
    form: int
    alike: int
    draft: int
    upload: str
    change: int
    rule: int
    officer: int
    proposal: int
    source: int
    source_proposal: int
    verification: str
    results: str
    link: str
    clients: dict[str, Client]
    """Browsers that this prepared: the clerk's, who searched, and one of somebody enrolled."""


@cache
def shown(office: Office) -> Shown:
    """Prepare a register in which something waits for everybody."""
    enacted(office, "term", term_of(None, review_after_months=12))
    office.published(a_row(district="Lahore", address="Street 7, Lahore"))
    office.published(a_row(cnic=YOUSAF, case_number="7/2021", name_en="Mohammad Aslam"))
    offender, other = acting.find(ASLAM), acting.find(YOUSAF)
    _withdrawn_and_merged(office)
    services.record_appeal(YOUSAF, "7/2021", "stayed", office.amna, WHY)
    a_document(office, offender, a_paper())
    clerk = Desk(office.amna)
    empty = begin(clerk)
    draft = enter(clerk, number=THIRD, case_number="3/2022", name_ur="یوسف علی", name_en="Yousaf")
    rashid = documents.Profile(
        "راشد خان", "امیر خان", "Rashid Khan", "Ameer Khan", "father", "male"
    )
    case = documents.Case("Sessions Court, Multan", "9/2022", rashid)
    act = entered(office, number=FOURTH, kind=NumberKind.CNIC, case=case)
    file = office.entered(
        a_row(
            cnic=FIFTH,
            name_ur="نعیم بٹ",
            name_en="Naeem Butt",
            father_name_ur="سلیم بٹ",
            father_name_en="Saleem Butt",
        )
    )
    alike = begin(clerk)
    send(clerk, "console-entry-check", alike, typed(case_number="8/2022"))
    return Shown(
        offender=offender.pk,
        other=other.pk,
        withdrawn=acting.find(WITHDRAWN).pk,
        merged=Offender.objects.filter(merged_into__isnull=False).latest("pk").pk,
        conviction=Conviction.objects.filter(offender=offender).latest("pk").pk,
        act=act,
        file=file,
        silence=waiting.to_review()[0].batch,
        form=empty,
        alike=alike,
        draft=draft,
        upload=_upload(clerk),
        change=_closing(office),
        rule=DisclosureRule.objects.earliest("pk").pk,
        officer=office.bilal.pk,
        proposal=_proposal(office),
        source=a_court(office).source.pk,
        source_proposal=_source(office),
        verification=_verification(office),
        results=clerk.post("console-search", data={"name": "Aslam"}).headers["Location"],
        link=a_link(office.hire("Newly hired", "entry")),
        clients={"entry": clerk.client, **_signing_in(office)},
    )


def _withdrawn_and_merged(office: Office) -> None:
    """Publish a man who is withdrawn, and two records that are made one."""
    office.published(a_row(cnic=WITHDRAWN, case_number="1/2019", name_en="Imran Ali"))
    services.withdraw(WITHDRAWN, office.amna, WHY)
    for number, case in ((ROOT, "1/2018"), (MERGED, "2/2018")):
        office.published(a_row(cnic=number, case_number=case, name_en="Waqar Ahmad"))
    asked = services.merge(acting.find(ROOT), acting.find(MERGED), office.amna, WHY)
    assert asked.batch is not None
    services.approve(asked.batch, office.bilal)


def _upload(clerk: Desk) -> str:
    rows = a_file(a_row(cnic=SIXTH), a_row(cnic="12", convicted_on="soon", sections="PPC 1"))
    clerk.post("console-imports", data={"file": SimpleUploadedFile("list.csv", rows)})
    upload = Upload.objects.latest("uploaded_at")
    jobs.wait(upload.job)
    write_checkpoint()
    return str(upload.pk)


def _closing(office: Office) -> int:
    values = {"key": "public_service", "value": "closed"}
    return changes.propose("setting", values, office.amna, "An order", today(), "S.R.O. 1").pk


def _source(office: Office) -> int:
    who = administrators(office).one
    events, districts = ("convictions",), ("punjab/lahore",)
    return sources.propose_source("Prison Lahore", "prison", events, districts, who, WHY).pk


def _verification(office: Office) -> str:
    desk = Desk(office.hire("Nadia", "audit"))
    answer = desk.post("console-trail-verify", data={})
    job = answer.headers["Location"].split("/")[-2]
    jobs.wait(job)
    return job


def _signing_in(office: Office) -> dict[str, Client]:
    officer, inside, _ = enrolled()
    new, halfway, coded = Browser(), Browser(), Browser()
    chosen(new, a_link(office.hire("Hired today", "entry")))
    chosen(coded, a_link(office.hire("Hired yesterday", "entry")))
    with_app(coded)
    halfway.password(officer.name)
    return {
        NEW: new.client,
        HALFWAY: halfway.client,
        CODED: coded.client,
        ENROLLED: inside.client,
    }


def _proposal(office: Office) -> int:
    one, _ = office.hire("Sadia", "administration"), office.hire("Tariq", "administration")
    Desk(one).post(
        "console-officers-add",
        data={"name": "Zubair", "role": "entry", "jurisdiction": "", "reason": "A new post."},
    )
    return OfficerProposal.objects.latest("pk").pk


@dataclass(frozen=True)
class Seen:
    """One page: its name, whose it is (nobody's where empty), and what it is of."""

    name: str
    role: str
    of: Callable[[Shown], Arguments] = lambda shown: ()
    query: str = ""

    def __str__(self) -> str:
        return "-".join(filter(None, (self.name, self.role)))


def _offender(shown: Shown) -> Arguments:
    return (shown.offender,)


def _pair(shown: Shown) -> Arguments:
    return (shown.offender, shown.other)


PAGES: Final = (
    Seen("console-components", "entry"),
    Seen("console-queue", "entry"),
    Seen("console-queue", "approval"),
    Seen("console-queue", "audit"),
    Seen("console-entry", "entry"),
    Seen("console-entry-form", "entry", lambda shown: (shown.form,)),
    Seen("console-entry-alike", "entry", lambda shown: (shown.alike,)),
    Seen("console-entry-discard", "entry", lambda shown: (shown.form,)),
    Seen("console-entry-draft", "entry", lambda shown: (shown.draft,)),
    Seen("console-entry-correct-profile", "entry", _offender),
    Seen("console-entry-add-number", "entry", _offender),
    Seen("console-entry-correct-conviction", "entry", lambda shown: (shown.conviction,)),
    Seen("console-entry-appeal", "entry", lambda shown: (shown.conviction,)),
    Seen("console-imports", "entry"),
    Seen("console-imports-file", "entry", lambda shown: (shown.upload,)),
    Seen("console-approval", "approval"),
    Seen("console-approval-batch", "approval", lambda shown: (shown.act,)),
    Seen("console-approval-alike", "approval", lambda shown: (shown.act,)),
    Seen("console-approval-file", "approval", lambda shown: (shown.file,)),
    Seen("console-approval-file-alike", "approval", lambda shown: (shown.file,)),
    Seen("console-approval-silences", "approval"),
    Seen("console-approval-silence", "approval", lambda shown: (shown.silence,)),
    Seen("console-approval-identities", "approval"),
    Seen("console-approval-alarms", "approval"),
    Seen("console-record", "entry", _offender),
    Seen("console-record-past", "supervision", _offender, "?on=31/12/2025"),
    *(
        Seen(f"console-record-{deed}", "approval", _offender)
        for deed in ("suspend", "withdraw", "death", "remove", "review")
    ),
    Seen("console-record-restore", "approval", lambda shown: (shown.withdrawn,)),
    Seen("console-record-unmerge", "approval", lambda shown: (shown.merged,)),
    Seen("console-search", "entry"),
    Seen("console-search-results", "entry", lambda shown: (shown.results.split("/")[-2],)),
    Seen("console-duplicates", "approval"),
    Seen("console-duplicates-of", "approval", _offender),
    Seen("console-duplicates-batch", "approval", lambda shown: (shown.file,)),
    Seen("console-duplicates-pair", "approval", _pair),
    Seen("console-reviews", "supervision"),
    Seen("console-policy", "audit"),
    Seen("console-policy-offences", "audit"),
    Seen("console-policy-changes", "approval"),
    Seen("console-policy-change", "approval", lambda shown: (shown.change,)),
    Seen("console-policy-decide", "approval", lambda shown: (shown.change,)),
    Seen("console-policy-propose", "entry", lambda shown: ("setting",)),
    Seen("console-policy-repeal", "entry", lambda shown: ("disclosure_rule", shown.rule)),
    Seen("console-policy-service", "entry"),
    Seen("console-trail", "audit"),
    Seen("console-trail-entry", "audit", lambda shown: (3,)),
    Seen("console-trail-checkpoints", "audit"),
    Seen("console-trail-unended", "audit"),
    Seen("console-trail-verify", "audit"),
    Seen("console-trail-verification", "audit", lambda shown: (shown.verification,)),
    Seen("console-sources", "administration"),
    Seen("console-sources-one", "administration", lambda shown: (shown.source,)),
    Seen("console-sources-proposal", "administration", lambda shown: (shown.source_proposal,)),
    Seen("console-sources-connect", "administration"),
    Seen("console-sources-add", "administration"),
    Seen("console-sources-upload", "entry"),
    Seen("console-statistics", "audit"),
    Seen("console-statistics-province", "audit", lambda shown: ("punjab",)),
    Seen("console-statistics-export", "audit"),
    Seen("console-officers", "administration"),
    Seen("console-officers-add", "administration"),
    Seen("console-officers-one", "administration", lambda shown: (shown.officer,)),
    Seen("console-officers-proposal", "administration", lambda shown: (shown.proposal,)),
    Seen("console-own", "entry"),
    Seen("account_login", ""),
    Seen("account_first", "", lambda shown: (shown.link,)),
    Seen("account_logout", ENROLLED),
    Seen("account_change_password", ENROLLED),
    Seen("account_reauthenticate", ENROLLED),
    Seen("mfa_authenticate", HALFWAY),
    Seen("mfa_activate_totp", NEW),
    Seen("mfa_add_webauthn", NEW),
    Seen("mfa_deactivate_totp", ENROLLED),
    Seen("mfa_reauthenticate", ENROLLED),
    Seen("mfa_view_recovery_codes", CODED),
    Seen("mfa_generate_recovery_codes", ENROLLED),
)
"""The components come first: tests of the shell open them."""

SHOW_NOTHING: Final = frozenset(
    {
        *("console-queue-live", "console-entry-begin", "console-entry-save"),
        "console-approval-settle",
        *("console-entry-check", "console-entry-number", "console-entry-sections"),
        *("console-entry-document", "console-entry-remove-document", "console-entry-change"),
        *("console-entry-submit", "console-imports-template", "console-imports-check"),
        *("console-imports-enter", "console-imports-drop", "console-imports-noted"),
        *("console-approval-approve", "console-approval-reject", "console-approval-pass"),
        *("console-approval-file-approve", "console-approval-look", "console-approval-job"),
        *("console-record-evidence", "console-record-reason", "console-trail-proof"),
        "console-entry-discard-draft",
        *("console-duplicates-apart", "console-duplicates-merge"),
        *("console-sources-change", "console-sources-key", "console-sources-stop"),
        *("console-sources-gap", "console-sources-revoke", "console-sources-approve"),
        "console-sources-reject",
        *("console-statistics-ask", "console-officers-change", "console-officers-end"),
        *("console-officers-link", "console-officers-approve", "console-officers-reject"),
        *("mfa_index", "mfa_reauthenticate_webauthn", "mfa_remove_webauthn"),
        *("console-own-session-end", "console-own-sessions-end"),
    }
)
"""What only acts, what is downloaded, and what is fetched as a part of a page."""
