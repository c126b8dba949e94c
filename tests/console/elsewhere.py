"""A register of which everything is in Lahore, or is one officer's, for others to be kept out of.

``Lahore.of`` has, for each kind of argument of ``routes.PAGES``, what there is of it, as the
arguments of an address.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from allauth.usersessions.models import UserSession
from approval_building import a_document
from console_building import Desk
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from entry_building import begin, enter, send, typed
from evidence_builders import a_paper
from register_builders import Office, a_file, a_row
from source_builders import a_court, administrators

from nsor.accounts import proposals
from nsor.accounts.models import Officer
from nsor.audit.models import Entry
from nsor.law import changes
from nsor.law.calendar import today
from nsor.law.models import DisclosureRule
from nsor.register import acting, services, waiting
from nsor.register.acting import Done
from nsor.register.corrections import ProfileCorrection
from nsor.register.models import Conviction, FormDocument, Offender
from nsor.sources import services as sources
from nsor.sources.models import SourceKey
from nsor.web import jobs
from nsor.web.console.approval import files
from nsor.web.console.trail.working import VERIFY
from nsor.web.models import Job, JobState, Upload

WHY: Final = "the order of the Sessions Court"
KARACHI: Final = "sindh/karachi-south"

_NAMES: Final = {
    "published": ("ذوالفقار بگٹی", "Zulfiqar Bugti", "رستم بگٹی", "Rustam Bugti"),
    "stayed": ("کامران ڈوگر", "Kamran Dogar", "شہباز ڈوگر", "Shahbaz Dogar"),
    "in a file": ("نعیم بٹ", "Naeem Butt", "سلیم بٹ", "Saleem Butt"),
    "withdrawn": ("عمران چیمہ", "Imran Cheema", "لقمان چیمہ", "Luqman Cheema"),
    "wrongly listed": ("شعیب خٹک", "Shoaib Khattak", "ایوب خٹک", "Ayub Khattak"),
    "to be merged": ("وقار وٹو", "Waqar Wattoo", "افتخار وٹو", "Iftikhar Wattoo"),
    "root": ("بشیر گجر", "Bashir Gujjar", "نذیر گجر", "Nazir Gujjar"),
    "merged": ("منظور گل", "Manzoor Gill", "مقبول گل", "Maqbool Gill"),
    "to be removed": ("ارشد مغل", "Arshad Mughal", "راشد مغل", "Rashid Mughal"),
    "heard again": ("طفیل جتوئی", "Tufail Jatoi", "جمیل جتوئی", "Jameel Jatoi"),
    "by hand": ("حنیف ورک", "Haneef Virk", "لطیف ورک", "Lateef Virk"),
    "in a draft": ("توقیر رند", "Tauqeer Rind", "صغیر رند", "Sagheer Rind"),
    "in a form": ("فرخ لغاری", "Farrukh Leghari", "سرخ لغاری", "Surkh Leghari"),
    "uploaded": ("اعجاز سومرو", "Ejaz Soomro", "فیاض سومرو", "Fayyaz Soomro"),
}
_NOT_PUBLISHED: Final = ("in a file", "by hand", "in a draft", "in a form", "uploaded")


def a_man_of_lahore(which: str) -> dict[str, str]:
    """Return a row of somebody whose every text is theirs alone."""
    place = list(_NAMES).index(which)
    name_ur, name_en, father_name_ur, father_name_en = _NAMES[which]
    return a_row(
        cnic=f"35201{7_654_321 + place}1",
        name_ur=name_ur,
        name_en=name_en,
        father_name_ur=father_name_ur,
        father_name_en=father_name_en,
        case_number=f"{3141 + place}/2019",
        district="Lahore",
        address=f"House {41 + place}, Anarkali, Lahore",
    )


TWIN: Final = a_row(
    cnic="4230112345671",
    name_ur="ذولفقار بگتی",
    name_en="Zulfikar Bughti",
    father_name_ur="رستم بگتی",
    father_name_en="Rustum Bughti",
    case_number="77/2021",
    district="Karachi South",
)
"""Somebody of Karachi who is likely the same as the one of Lahore who is published."""


def secrets() -> list[str]:
    """Return what would tell of anybody of Lahore who they are."""
    found = []
    for which in _NAMES:
        row = a_man_of_lahore(which)
        digits = row["cnic"]
        found += [digits, f"{digits[:5]}-{digits[5:12]}-{digits[12:]}"]
        found += [row[name] for name in ("name_ur", "name_en", "father_name_ur", "father_name_en")]
        found += [row["case_number"], row["address"]]
    return found


@dataclass(frozen=True)
class Lahore:
    """What there is, by kind of argument."""

    of: dict[str, list[tuple[object, ...]]]
    rows: frozenset[int]
    """Everybody of Lahore."""
    paper: bytes
    """A document of one of them, as it is served."""
    clerk: Desk


def of_lahore(office: Office) -> Lahore:
    """Fill a register."""
    published = [one for one in _NAMES if one not in _NOT_PUBLISHED]
    office.published(*map(a_man_of_lahore, published))
    person = {which: acting.find(a_man_of_lahore(which)["cnic"]) for which in published}
    first = person["published"].pk
    paper = a_document(office, person["published"], a_paper())
    clerk = Desk(office.amna)
    hand = _typed_by_hand(clerk)
    file = office.entered(a_man_of_lahore("in a file"))
    acts = [*_acts(office, person), hand["act"], file]
    rows = frozenset(Offender.objects.values_list("pk", flat=True))
    of_them = Conviction.objects.filter(offender__in=rows).order_by("pk")
    drafted = Conviction.objects.get(batch=hand["draft"]).offender_id
    *near, twin = _near(office)
    silences = [one.batch for one in waiting.to_review()]
    auditor = office.hire("Nadia", "audit")
    court = a_court(office).source
    of: dict[str, list[tuple[object, ...]]] = {
        "": [()],
        "person": _each(
            [first, *(person[one].pk for one in ("merged", "wrongly listed")), drafted]
        ),
        "conviction": _each(of_them.values_list("pk", flat=True)[:2]),
        "evidence": [(first, paper.pk), (person["to be merged"].pk, paper.pk)],
        "act": _each([*acts, *silences, *near]),
        "file": _each([file, *near]),
        "silence": _each(silences),
        "pair": [(first, twin), (twin, first), (first, person["stayed"].pk)],
        "form": [(hand["form"],)],
        "form document": [(hand["form"], FormDocument.objects.get(form=hand["form"]).pk)],
        "draft": [(hand["draft"],)],
        "upload": [(_upload(clerk),)],
        "search": [(_search(clerk),)],
        "job": [(_job(office.bilal, files.KIND, _APPROVED),)],
        "verification": [(_job(auditor, VERIFY, _VERIFIED),)],
        "session": [(_session(office.bilal),)],
        "entry": [(Entry.objects.latest("pk").pk,)],
        "source": [(court.pk,)],
        "key": [(SourceKey.objects.get(source=court).pk,)],
        "kind of file": [("csv",), ("xlsx",)],
        "province": [("punjab",)],
        **_ruling(office),
    }
    served = Desk(office.bilal).get("console-record-evidence", first, paper.pk)
    return Lahore(of, rows, served.content, clerk)


def _each(numbers: Iterable[int]) -> list[tuple[object, ...]]:
    return [(number,) for number in numbers]


def _acts(office: Office, person: dict[str, Offender]) -> list[int]:
    """Have one act of each kind wait, and return them; one on a person silenced at once."""
    amna = office.amna
    stayed, again = a_man_of_lahore("stayed"), a_man_of_lahore("heard again")
    for one in (stayed, again):
        services.record_appeal(one["cnic"], one["case_number"], "stayed", amna, WHY)
    for which in ("withdrawn", "wrongly listed"):
        services.withdraw(a_man_of_lahore(which)["cnic"], amna, WHY)
    merged = services.merge(person["root"], person["merged"], amna, WHY)
    services.approve(_batch(merged), office.bilal)
    person["merged"].refresh_from_db()
    asked = (
        services.correct(person["published"], ProfileCorrection({"marks": "a scar"}), amna, WHY),
        services.record_appeal(again["cnic"], again["case_number"], "none", amna, WHY),
        services.restore(person["withdrawn"], amna, WHY),
        services.merge(person["published"], person["to be merged"], amna, WHY),
        services.unmerge(person["merged"], amna, WHY),
        services.remove(person["to be removed"], amna, WHY),
    )
    return [_batch(one) for one in asked]


def _batch(done: Done) -> int:
    assert done.batch is not None
    return done.batch


def _texts(row: dict[str, str]) -> dict[str, str]:
    names = [name for name in typed() if name in row and not name.endswith("_on")]
    return {name: row[name] for name in names if name != "date_of_birth"} | {"number": row["cnic"]}


def _typed_of(which: str) -> dict[str, str]:
    row = a_man_of_lahore(which)
    return typed(**_texts(row), address=row["address"])


def typed_twin(desk: Desk, **changes: str) -> int:
    """Have a form checked whose person is like the one of Lahore."""
    form = begin(desk)
    answer = send(desk, "console-entry-check", form, typed(**_texts(TWIN) | changes))
    assert answer.headers["Location"].endswith(f"/form/{form}/alike/")
    return form


def _typed_by_hand(clerk: Desk) -> dict[str, int]:
    """Have the clerk submit an entry, leave a draft, and leave a form with a document."""
    act = enter(clerk, **_typed_of("by hand"))
    clerk.post("console-entry-submit", act, data={})
    draft = enter(clerk, **_typed_of("in a draft"))
    form = begin(clerk)
    scan = SimpleUploadedFile("judgment.pdf", a_paper())
    document = {"document_kind": "judgment", "document": scan}
    send(clerk, "console-entry-document", form, _typed_of("in a form") | document)
    return {"act": act, "draft": draft, "form": form}


def _near(office: Office) -> tuple[int, int, int]:
    """Have two acts wait that are about men of Karachi alike to one of Lahore, and publish one."""
    office.published(TWIN | {"cnic": "4230112345691", "case_number": "79/2021"})
    files_ = (
        office.entered(TWIN),
        office.entered(TWIN | {"cnic": "4230112345681", "case_number": "78/2021"}),
    )
    return (*files_, acting.find("4230112345691").pk)


def _upload(clerk: Desk) -> str:
    octets = a_file(a_man_of_lahore("uploaded"))
    clerk.post("console-imports", data={"file": SimpleUploadedFile("list.csv", octets)})
    upload = Upload.objects.latest("uploaded_at")
    jobs.wait(upload.job)
    return upload.pk


def _search(clerk: Desk) -> str:
    answer = clerk.post("console-search", data={"name": a_man_of_lahore("published")["name_en"]})
    return answer.headers["Location"].split("/")[-2]


_APPROVED: Final[dict[str, object]] = {"batch": 1, "published": 1}
_VERIFIED: Final[dict[str, object]] = dict.fromkeys(
    ("entries", "confirmed", "witnessed", "not_witnessed", "further"), 0
) | {"whole": True, "signed": True, "has_key": True, "findings": []}


def _job(officer: Officer, kind: str, result: dict[str, object]) -> str:
    now = timezone.now()
    return Job.objects.create(
        id=uuid.uuid4().hex,
        officer=officer,
        kind=kind,
        title="",
        state=JobState.DONE,
        result=result,
        started_at=now,
        heartbeat_at=now,
        ended_at=now,
    ).pk


def _session(officer: Officer) -> int:
    """Give an officer a session at another browser."""
    desk = Desk(officer)
    key = desk.client.session.session_key
    row, _ = UserSession.objects.get_or_create(
        session_key=key, defaults={"user": officer, "ip": "203.0.113.7", "user_agent": "a browser"}
    )
    return row.pk


def _ruling(office: Office) -> dict[str, list[tuple[object, ...]]]:
    """Have changes of the law, of the officers and of the sources be proposed."""
    values = {"key": "public_service", "value": "closed"}
    change = changes.propose("setting", values, office.amna, "An order", today(), "S.R.O. 1")
    who = administrators(office).one
    hiring = proposals.propose_officer("Zubair", "entry", "", who, "A new post.")
    events, districts = ("convictions",), ("punjab/lahore",)
    prison = sources.propose_source("Prison Lahore", "prison", events, districts, who, WHY)
    return {
        "change": [(change.pk,)],
        "table": [("setting",)],
        "rule": [("disclosure_rule", DisclosureRule.objects.earliest("pk").pk)],
        "officer": [(office.bilal.pk,)],
        "proposal of an officer": [(hiring.pk,)],
        "proposal of a source": [(prison.pk,)],
    }
