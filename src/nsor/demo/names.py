"""Word lists from which the sample's people are made up, each word in Urdu and in English.

Rules that hold here: every person and every father or husband bears the family name Farzi, Urdu
for "fictitious", so no reply of the demo can be taken for one about a real person.
"""

from typing import NamedTuple


class Name(NamedTuple):
    """One name in both scripts."""

    ur: str
    en: str

    def __add__(self, other: object) -> "Name":
        """Return both names in a row."""
        if not isinstance(other, Name):
            return NotImplemented
        return Name(f"{self.ur} {other.ur}", f"{self.en} {other.en}")


FAMILY = Name("فرضی", "Farzi")

MEN = (
    Name("اکرم", "Akram"),
    Name("بشیر", "Bashir"),
    Name("تنویر", "Tanveer"),
    Name("جاوید", "Javed"),
    Name("حنیف", "Hanif"),
    Name("خالد", "Khalid"),
    Name("دانش", "Danish"),
    Name("رفیق", "Rafiq"),
    Name("زاہد", "Zahid"),
    Name("ساجد", "Sajid"),
    Name("شاہد", "Shahid"),
    Name("صابر", "Sabir"),
    Name("طارق", "Tariq"),
    Name("ظفر", "Zafar"),
    Name("عمران", "Imran"),
    Name("غفور", "Ghafoor"),
    Name("فاروق", "Farooq"),
    Name("قاسم", "Qasim"),
    Name("کاشف", "Kashif"),
    Name("لیاقت", "Liaqat"),
    Name("مبشر", "Mubashir"),
    Name("نعیم", "Naeem"),
    Name("وسیم", "Waseem"),
    Name("یوسف", "Yousaf"),
)

WOMEN = (
    Name("آمنہ", "Amina"),
    Name("بشریٰ", "Bushra"),
    Name("ثمینہ", "Samina"),
    Name("حمیرا", "Humaira"),
    Name("رخسانہ", "Rukhsana"),
    Name("زرینہ", "Zarina"),
    Name("شازیہ", "Shazia"),
    Name("عظمیٰ", "Uzma"),
    Name("فرزانہ", "Farzana"),
    Name("کلثوم", "Kulsoom"),
    Name("نادیہ", "Nadia"),
    Name("یاسمین", "Yasmeen"),
)

NEUTRAL = (
    Name("گلاب", "Gulab"),
    Name("نور", "Noor"),
    Name("ریشم", "Resham"),
    Name("مسکان", "Muskan"),
)

FIRST = (Name("محمد", "Muhammad"), Name("غلام", "Ghulam"), Name("سید", "Syed"), Name("میر", "Mir"))

LONG = (
    Name("محمد عبدالرحمٰن ذوالفقار علی شیر", "Muhammad Abdul Rehman Zulfiqar Ali Sher"),
    Name("صاحبزادہ سید غلام محی الدین احمد", "Sahibzada Syed Ghulam Mohiuddin Ahmed"),
    Name("میاں محمد ضیاء الحق نور الامین", "Mian Muhammad Ziaul Haq Noorul Amin"),
    Name("حافظ محمد مجاہد الاسلام شمس الدین", "Hafiz Muhammad Mujahidul Islam Shamsuddin"),
)
