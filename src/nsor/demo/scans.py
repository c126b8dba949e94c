"""Scans of the judgments of ``cases``, as a court's clerk would have made them.

Rules that hold here: each says in large letters that it is a specimen; they are drawn again at each
start, so that nobody's own file is ever taken for one.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from nsor.demo.cases import CASES

_PAGE: Final = (1240, 1754)
"""A4 at 150 dots an inch."""
_INK, _PAPER, _STAMP = "#1d2733", "#f7f4ec", "#a33a2c"
_MARGIN: Final = 120


def draw(folder: Path) -> list[Path]:
    """Write the scans into a folder and return where they are."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    paths = []
    for number, case in enumerate(CASES, 1):
        path = folder / f"judgment-{number}.png"
        _page(case).save(path)
        paths.append(path)
    return paths


def _page(case: Mapping[str, str]) -> Image.Image:
    page = Image.new("RGB", _PAGE, _PAPER)
    pen = ImageDraw.Draw(page)
    pen.text((_MARGIN, 110), "SPECIMEN", _STAMP, ImageFont.load_default(72))
    pen.text((_MARGIN, 205), "All of this is made up.", _STAMP, ImageFont.load_default(30))
    pen.text((_MARGIN, 310), f"In the {case['court']}", _INK, ImageFont.load_default(40))
    pen.line((_MARGIN, 375, _PAGE[0] - _MARGIN, 375), _INK, 3)
    height = 430
    for label, value in _lines(case):
        pen.text((_MARGIN, height), label, _INK, ImageFont.load_default(30))
        pen.text((_MARGIN + 380, height), value, _INK, ImageFont.load_default(34))
        height += 76
    pen.text(
        (_MARGIN, height + 60),
        "The accused is convicted and sentenced as above.",
        _INK,
        ImageFont.load_default(34),
    )
    return page


def _lines(case: Mapping[str, str]) -> list[tuple[str, str]]:
    digits = case["cnic"]
    return [
        ("Case", case["case_number"]),
        ("FIR", f"{case['fir_number']}, {case['police_station']}"),
        ("The State versus", case["name_en"]),
        ("Father's name", case["father_name_en"]),
        ("CNIC", f"{digits[:5]}-{digits[5:12]}-{digits[12:]}"),
        ("Sex", case["sex"]),
        ("Date of birth", case["date_of_birth"]),
        ("District", case["district"]),
        ("Sections", case["sections"]),
        ("Date of offence", case["offence_on"]),
        ("Date of conviction", case["convicted_on"]),
        ("Sentence", case["sentence"]),
        ("Victim's category", case["victim_category"]),
    ]
