"""A thief has every file but the key ring: databases, folders, outbox, logs, backups.

A register is filled through files and services by people whose every word is searched for
afterwards in the raw octets. A search that finds nothing proves nothing by itself: so each way of
writing a word is planted first, into a file and into the database, and found; and with the ring
everything opens.
"""

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

import pyrage
import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import connection
from evidence_builders import a_paper
from gateway_process import GatewayProcess
from leak_search import NUMBERS, WORDS, find, searcher_for
from load_centre import LoadCentre, Text
from register_builders import Office, a_row, is_listed
from searching import SPELLINGS, Searcher
from waiting import eventually

from nsor.accounts.models import Officer
from nsor.audit import trail
from nsor.audit.models import Entry
from nsor.register import acting, documents, rekeying, services
from nsor.register.batches import reject_batch
from nsor.register.deciding import approve_batch
from nsor.register.evidence import store
from nsor.register.models import Batch, Evidence, Ground, NumberKind, Offender
from nsor.register.people import one_person
from nsor.secrecy import box, subjects
from nsor.secrecy.subjects import SubjectKey

SENDERS = ("923458172635", "923127364518")
ASKED = "4230918273645"


class Somebody(NamedTuple):
    """A person of whom every word is secret."""

    cnic: str
    name_ur: str
    father_name_ur: str
    name_en: str
    father_name_en: str
    case_number: str

    def row(self, **changes: str) -> dict[str, str]:
        particulars = self._asdict() | {
            "date_of_birth": "1977-11-23",
            "district": "Zhoblochistan",
            "address": "Gulshahrabad Mohalla, Haus 417",
            "court": "Zilaqaziya Aliya",
            "fir_number": "FIR-70917/2019",
            "police_station": "Thanawalikot",
            "sentence": "Qaidbamushaqqat 25 saal",
        }
        return a_row(**(particulars | changes))


LISTED = Somebody(
    "3740518293641",
    "شہریارزئی کاکڑوال",
    "تربتخیل منگلزادہ",
    "Shahryarzai Kakarwal",
    "Turbatkhel Mengalzada",
    "Muqaddama-88317/2020",
)
QUASHED = Somebody(
    "3740572819343",
    "پرویزمحمودانی بلوچزئی",
    "قلندربخشیار ترینوال",
    "Pervezmahmudani Balochzai",
    "Qalandarbakhshyar Tarinwal",
    "Muqaddama-77182/2020",
)
WITHDRAWN = Somebody(
    "6110129384755",
    "جہانگیرزادہ اچکزیار",
    "میرہزارخانی لہڑیوال",
    "Jahangirzada Achakzyar",
    "Mirhazarkhani Lehriwal",
    "Muqaddama-66193/2020",
)
REMOVED = Somebody(
    "5440138475617",
    "سکندرشاہیار بگٹیزئی",
    "نوروزخانزادہ مریوال",
    "Sikandarshahyar Bugtizai",
    "Naurozkhanzada Marriwal",
    "Muqaddama-55204/2020",
)
REJECTED = Somebody(
    "1730147566129",
    "داؤدزئیوالا خٹکیار",
    "اورنگزیبانی یوسفزادہ",
    "Daudzaiwala Khattakyar",
    "Aurangzebani Yousafzada",
    "Muqaddama-44315/2020",
)
ENTERED = Somebody(
    "4210156657231",
    "فریدونزادہ سومرویار",
    "ہمایونبخشانی جتوئیوال",
    "Faridunzada Soomroyar",
    "Humayunbakhshani Jatoiwal",
    "Muqaddama-33426/2020",
)
EVERYBODY = (LISTED, QUASHED, WITHDRAWN, REMOVED, REJECTED, ENTERED)
PASSPORT = "GBR-718293645"
OTHER_NUMBER = "4210165748329"
FURTHER = (
    "Ustadkalandari",  # an alias, in both languages
    "استادقلندری",
    "Chashmabulandkot Bazaar",  # addresses
    "Registanwala Chowk",
    "Nishandahinabazu",  # a mark
    "Sipahsalarabad",  # a district and a province
    "Kohistanmarkazi",
    "Nazarsaniqubul",  # reasons
    "Ghalatshanakht",
    "Hukmeibtidai",
    "Mistakenlistzada",
    "Durustshudaname",
    "faislaadalat-naqal.pdf",  # a document's name and what it says
    "Tasdeeqshudanaqal",
)
COMMON = ("Zhoblochistan", "Gulshahrabad", "Zilaqaziya", "70917/2019", "Thanawalikot")
MORE_COMMON = ("Qaidbamushaqqat", "1977-11-23")


CNICS = (*(one.cnic for one in EVERYBODY), OTHER_NUMBER)
WORDS_OF_PEOPLE = (
    *(word for one in EVERYBODY for word in one[1:]),
    *FURTHER,
    *COMMON,
    *MORE_COMMON,
    PASSPORT,
)


def everything() -> Searcher:
    """Return who finds anything of anybody."""
    return searcher_for(cnics=[*CNICS, ASKED], senders=SENDERS, words=WORDS_OF_PEOPLE)


# The searcher finds what is there

PLANTED = "Naqabilefaramosh Daryakhanani"
PLANTED_UR = "ناقابلفراموش دریاخانانی"
PLANTED_CNIC = "1620198712345"


@pytest.mark.parametrize("text", [PLANTED, PLANTED_UR])
@pytest.mark.parametrize("spelling", sorted(WORDS))
def test_a_planted_word_is_found(tmp_path: Path, text: str, spelling: str) -> None:
    octets = WORDS[spelling](text)
    if spelling.startswith("base64"):
        octets = b"AA" + octets
    (tmp_path / "wal").write_bytes(b"\0\xff\1" * 500 + octets + b"\0\xff\1" * 500)

    found = find(searcher_for(words=[text]), [tmp_path])

    assert f"{text} ({spelling})" in found["wal"]


@pytest.mark.parametrize("spelling", sorted({*NUMBERS, *SPELLINGS}))
def test_a_planted_number_is_found(tmp_path: Path, spelling: str) -> None:
    spell = NUMBERS.get(spelling) or SPELLINGS[spelling]
    (tmp_path / "wal").write_bytes(b"\0\xff\1" * 500 + spell(PLANTED_CNIC) + b"\0\xff\1" * 500)

    found = find(searcher_for(cnics=[PLANTED_CNIC]), [tmp_path])

    assert f"{PLANTED_CNIC} ({spelling})" in found["wal"]


# A register whose files are stolen


@pytest.fixture
def vault(office: Office, tmp_path: Path) -> Office:
    """An office whose own papers lie where no thief comes."""
    office.folder = tmp_path.parent / f"{tmp_path.name}-papers"
    office.folder.mkdir()
    return office


@pytest.fixture
def centre() -> Iterator[LoadCentre]:
    """A message centre that doesn't take the replies to one subscriber."""
    made = LoadCentre()
    owed = SENDERS[0][2:].encode()
    made.answer = lambda submit: None if submit.destination[2].endswith(owed) else 0
    yield made
    made.close()


def person_of(somebody: Somebody) -> Offender:
    return acting.find(somebody.cnic)


def fill(office: Office) -> None:
    """Have everything happen to somebody that can."""
    second = office.hire("Chandni", "approval")
    office.published(*(one.row() for one in (LISTED, QUASHED, WITHDRAWN, REMOVED)))
    reject_batch(office.entered(REJECTED.row()), office.bilal, "Nazarsaniqubul")
    refused = office.imports(LISTED.row(cnic="12"), REJECTED.row(sections="PPC 9999"))
    assert refused.exit_code == 1
    enter_by_hand(office)

    for state, reason in (("pending", "Nazarsaniqubul"), ("quashed", "Hukmeibtidai")):
        done = services.record_appeal(QUASHED.cnic, QUASHED.case_number, state, office.amna, reason)
        if done.sequence is None:
            approve(done.batch, office.bilal)
    services.withdraw(WITHDRAWN.cnic, office.amna, "Ghalatshanakht")
    asked = services.remove(person_of(REMOVED), office.bilal, "Mistakenlistzada")
    approve(asked.batch, second)


def approve(batch: int | None, officer: Officer) -> None:
    assert batch is not None
    approve_batch(batch, officer)


def enter_by_hand(office: Office) -> None:
    person = documents.Profile(
        *ENTERED[1:5],
        "father",
        "male",
        date_of_birth=date(1977, 11, 23),
        address="Chashmabulandkot Bazaar",
        district="Sipahsalarabad",
        province="Kohistanmarkazi",
        marks="Nishandahinabazu",
        aliases=(documents.Alias("استادقلندری", "Ustadkalandari"),),
        places=(documents.Place("work", "Registanwala Chowk", "Sipahsalarabad"),),
    )
    case = documents.Case("Zilaqaziya Aliya", ENTERED.case_number, person, "FIR-70917/2019")
    draft = services.enter_conviction(
        services.NewConviction(ENTERED.cnic, case, ("PPC 376",), date(2020, 6, 1), "child"),
        office.amna,
    )
    approve_batch(services.submit(draft, office.amna).pk, office.bilal)
    offender = person_of(ENTERED)
    key = subjects.key(offender.key_id)
    assert key is not None
    paper = a_paper(
        lambda document: document.docinfo.__setitem__("/Title", "Tasdeeqshudanaqal"),
        compress_streams=False,
    )
    evidence = store.add_evidence(
        offender.pk,
        SubjectKey(offender.key_id, key),
        paper,
        "faislaadalat-naqal.pdf",
        office.amna,
        "judgment",
    )
    store.serve(evidence, office.bilal)
    corrections: tuple[Any, ...] = (
        services.ProfileCorrection({"address": "Registanwala Chowk, Chashmabulandkot"}),
        services.NumberAddition(PASSPORT, NumberKind.PASSPORT),
        services.NumberAddition(OTHER_NUMBER, NumberKind.NICOP),
    )
    for correction in corrections:
        done = services.correct(
            person_of(ENTERED), correction, office.amna, "Durustshudaname", evidence=evidence
        )
        approve(done.batch, office.bilal)
    services.suspend(person_of(ENTERED), Ground.DISPUTE, office.bilal, "Hukmeibtidai")


def run_the_gateway(folder: Path, centre: LoadCentre) -> None:
    """Have two subscribers ask; one reply is owed still when the gateway is killed."""
    gateway = GatewayProcess(folder, centre.url(operator="jazz", response_timeout=60))
    texts = [
        Text(sender, number.encode())
        for sender in SENDERS
        for number in (LISTED.cnic, ASKED, QUASHED.cnic)
    ]
    try:
        gateway.start().wait_until_ready()
        centre.deliver(texts)
        centre.wait_until_acknowledged(texts)
        eventually(lambda: gateway.metrics()["nsor_sms_owed"] == 3, what="three replies owed")
        gateway.kill()
    finally:
        gateway.end()


@pytest.mark.timeout(900)
def test_without_the_ring_no_file_tells_of_anybody(
    vault: Office, centre: LoadCentre, tmp_path: Path
) -> None:
    fill(vault)
    rekeying.rotate()
    run_the_gateway(tmp_path / "gateway", centre)
    back_up(vault, tmp_path / "backups")

    assert find(everything(), steal(tmp_path)) == {}

    plant()
    planted = find(searcher_for(words=[PLANTED], cnics=[PLANTED_CNIC]), steal(tmp_path))
    hits = {hit for found in planted.values() for hit in found}
    assert any(hit.startswith(f"{PLANTED_CNIC} (integer") for hit in hits), hits
    assert any(hit.startswith("Naqabilefaramosh") for hit in hits), hits
    assert_the_ring_opens_it()


def test_if_nothing_were_sealed_all_of_it_would_be_found(
    sqlite_office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So what is searched for did pass through these files."""
    sqlite_office.folder = tmp_path.parent / f"{tmp_path.name}-papers"
    sqlite_office.folder.mkdir()
    seal_nothing(monkeypatch)

    fill(sqlite_office)

    found = find(searcher_for(cnics=CNICS, words=WORDS_OF_PEOPLE), [tmp_path])
    hits = {hit.rpartition(" (")[0] for some in found.values() for hit in some}
    assert {*CNICS, *WORDS_OF_PEOPLE} - hits == set()


class NoCipher:
    """Looks like AES-GCM, and leaves everything as it is."""

    def __init__(self, key: bytes) -> None:
        """Take a key, and make nothing of it."""

    def encrypt(self, nonce: bytes, plain: bytes, about: bytes) -> bytes:
        return plain + bytes(box.TAG_BYTES)

    def decrypt(self, nonce: bytes, sealed: bytes, about: bytes) -> bytes:
        return sealed[: -box.TAG_BYTES]


def seal_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, module in list(sys.modules.items()):
        if name.startswith("nsor.") and vars(module).get("AESGCM") is AESGCM:
            monkeypatch.setattr(module, "AESGCM", NoCipher)


def back_up(office: Office, folder: Path) -> None:
    recipient = str(pyrage.x25519.Identity.generate().to_public())
    answer = office.run("backup", str(folder), "--recipient", recipient, "--json")
    assert answer.exit_code == 0, answer


def steal(home: Path) -> list[Path]:
    """Return the folders of everything but the ring, each with what was written last in it."""
    folders = [path for path in home.iterdir() if path.is_dir() and path.name != "escrow"]
    loose = [path for path in home.iterdir() if path.is_file()]
    taken = home.with_name(f"{home.name}-taken")
    taken.mkdir(exist_ok=True)
    for path in loose:
        (taken / path.name).write_bytes(path.read_bytes())
    assert {"keystore.sqlite3"} <= {path.name for path in loose}
    assert {"audit", "journal", "evidence", "gateway", "backups"} <= {one.name for one in folders}
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SHOW data_directory")
            folders.append(Path(cursor.fetchone()[0]))
    else:
        assert {"nsor.sqlite3", "nsor.sqlite3-wal"} <= {path.name for path in loose}
    return [taken, *folders]


def plant() -> None:
    """Put a name and a number in clear where the register's rows are."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE planted (name varchar(100), number bigint)")
        cursor.execute("INSERT INTO planted VALUES (%s, %s)", (PLANTED, int(PLANTED_CNIC)))


def assert_the_ring_opens_it() -> None:
    """What was searched for is there, for who has the ring."""
    assert is_listed(LISTED.cnic)
    person = one_person(person_of(ENTERED).pk)
    assert person is not None
    assert person.profile.name_ur == ENTERED.name_ur
    assert person.profile.aliases == (documents.Alias("استادقلندری", "Ustadkalandari"),)
    assert person.profile.address == "Registanwala Chowk, Chashmabulandkot"
    assert {PASSPORT, OTHER_NUMBER} < {number.digits for number in person.numbers}
    case = documents.open_case(
        person.key.key, person.convictions[0].pk, bytes(person.convictions[0].sealed)
    )
    assert case.fir_number == "FIR-70917/2019"
    (evidence,) = Evidence.objects.all()
    assert store.declared_name(evidence) == "faislaadalat-naqal.pdf"
    reasons = {acting.open_reason(batch) for batch in Batch.objects.exclude(sealed_reason=b"")}
    assert {"Nazarsaniqubul", "Hukmeibtidai", "Ghalatshanakht", "Durustshudaname"} <= reasons
    told = [trail.details(entry) for entry in Entry.objects.values_list("pk", flat=True)]
    assert any(one and one.get("reason") == "Ghalatshanakht" for one in told)
