"""What is sealed of a person: the documents, and how each is bound to its row.

Rules that hold here: a document is JSON of a named shape, so that an older one is read by newer
code; what tells who somebody is stands in a document and nowhere in clear, and a document doesn't
show what it holds where it is printed. ``about`` binds a sealed document to the row that holds it.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, Literal, NamedTuple

import msgspec

from nsor.secrecy.box import seal, unseal

SexWord = Literal["male", "female", "x"]
RelationWord = Literal["father", "husband"]

NAMES = ("name_ur", "father_name_ur", "name_en", "father_name_en")


class Document(msgspec.Struct, frozen=True, omit_defaults=True):
    """What is sealed as a whole, and shows nothing of itself."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(...)"


class Alias(Document, frozen=True):
    """Another name of a person, in either language or both."""

    name_ur: str = ""
    name_en: str = ""


class Place(Document, frozen=True):
    """An address; ``kind`` is home, work, school, prison or other."""

    kind: str
    text: str
    district: str = ""
    province: str = ""


class Profile(Document, frozen=True):
    """Who a person is, in both languages; the father's names are the husband's if so related."""

    name_ur: str
    father_name_ur: str
    name_en: str
    father_name_en: str
    relation: RelationWord
    sex: SexWord
    date_of_birth: date | None = None
    birth_year: int | None = None
    address: str = ""
    district: str = ""
    province: str = ""
    marks: str = ""
    aliases: tuple[Alias, ...] = ()
    places: tuple[Place, ...] = ()
    photograph: int | None = None
    """The number of the evidence that shows the face."""

    @property
    def born(self) -> int | None:
        """The year of birth, as far as it is known."""
        return self.date_of_birth.year if self.date_of_birth else self.birth_year


class Case(Document, frozen=True):
    """Which case it is, and the particulars of the person as its entry gave them."""

    court: str
    case_number: str
    person: Profile
    fir_number: str = ""
    police_station: str = ""
    sentence: str = ""


class Told(NamedTuple):
    """What a publication says; the names are empty where it lists nobody."""

    cnic: int
    sex: SexWord
    relation: RelationWord
    name_ur: str
    father_name_ur: str
    name_en: str
    father_name_en: str

    def __repr__(self) -> str:
        return "Told(...)"


_json = msgspec.json.Encoder()
_profile = msgspec.json.Decoder(Profile)
_case = msgspec.json.Decoder(Case)
_packed = msgspec.msgpack.Encoder()
_told = msgspec.msgpack.Decoder(tuple[int, SexWord, RelationWord, str, str, str, str])


def seal_profile(key: bytes, row: int, profile: Profile) -> bytes:
    """Return a profile sealed for its row."""
    return seal(key, _json.encode(profile), f"profile/{row}")


def open_profile(key: bytes, row: int, sealed: bytes) -> Profile:
    """Return a profile. Raises ``nsor.secrecy.box.SealBroken``."""
    return _profile.decode(unseal(key, sealed, f"profile/{row}"))


def seal_case(key: bytes, row: int, case: Case) -> bytes:
    """Return a case sealed for its row of convictions."""
    return seal(key, _json.encode(case), f"conviction/{row}")


def open_case(key: bytes, row: int, sealed: bytes) -> Case:
    """Return a case. Raises ``nsor.secrecy.box.SealBroken``."""
    return _case.decode(unseal(key, sealed, f"conviction/{row}"))


def seal_number(key: bytes, row: int, number: str) -> bytes:
    """Return an identity number sealed for its row."""
    return seal(key, number.encode(), f"identity-number/{row}")


def open_number(key: bytes, row: int, sealed: bytes) -> str:
    """Return an identity number. Raises ``nsor.secrecy.box.SealBroken``."""
    return unseal(key, sealed, f"identity-number/{row}").decode()


def seal_told(key: bytes, place: tuple[int, int], told: Told) -> bytes:
    """Return what a publication says, sealed for its release and ordinal."""
    return seal(key, _packed.encode(told), f"publication/{place[0]}/{place[1]}")


def open_told(key: bytes, place: tuple[int, int], sealed: bytes) -> Told:
    """Return what a publication says. Raises ``nsor.secrecy.box.SealBroken``."""
    return Told(*_told.decode(unseal(key, sealed, f"publication/{place[0]}/{place[1]}")))


def changed(profile: Profile, changes: dict[str, Any]) -> Profile:
    """Return a profile with other values. Raises ``TypeError`` for a field that it lacks."""
    return msgspec.structs.replace(profile, **changes)


def names_of(profile: Profile) -> Sequence[str]:
    """Return the four names, in the order of ``NAMES``."""
    return [getattr(profile, name) for name in NAMES]
