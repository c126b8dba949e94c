"""The copy that is served: it shows what the document shows, and tells and does nothing else."""

import io
import subprocess
import sys
import zlib
from collections.abc import Callable
from functools import partial

import pikepdf
import pytest
from evidence_builders import (
    SECRET,
    a_paper,
    a_photograph,
    a_png_bomb,
    a_scan,
    carries_files,
    encrypted,
    exif,
    is_a_form,
    launches,
    runs_javascript,
    shows_a_photograph,
    tells_its_author,
)
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Dictionary, Name, Pdf, Stream
from PIL import Image, ImageChops, ImageOps

from nsor.register.errors import Refusal
from nsor.register.evidence import cleaning
from nsor.register.evidence.cleaning import examine
from nsor.register.evidence.copies import MAX_PAGES, copy
from nsor.register.evidence.files import MediaType

CHANGES: list[Callable[[Pdf], None]] = [
    runs_javascript,
    launches,
    carries_files,
    tells_its_author,
    is_a_form,
    shows_a_photograph,
    partial(shows_a_photograph, deflated=True),
]


def refused(make: Callable[[], object]) -> str:
    with pytest.raises(Refusal) as refusal:
        make()
    return refusal.value.code


def picture(octets: bytes) -> Image.Image:
    opened = Image.open(io.BytesIO(octets))
    opened.load()
    return opened


def laid_open(octets: bytes) -> bytes:
    """Return all that a PDF holds, with nothing packed."""
    with Pdf.open(io.BytesIO(octets)) as document:
        streams = [
            thing.read_raw_bytes() + (thing.read_bytes() if "/Subtype" not in thing else b"")
            for thing in document.objects
            if isinstance(thing, Stream)
        ]
        out = io.BytesIO()
        document.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            compress_streams=False,
        )
    return out.getvalue() + b"".join(streams)


HIDDEN = SECRET.encode()


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_the_copy_of_a_photograph_holds_pixels_alone(mode: str) -> None:
    original = a_photograph(mode=mode)
    assert HIDDEN in original

    copied = copy(original, MediaType.JPEG)

    shown = picture(copied)
    assert HIDDEN not in copied
    assert not shown.getexif()
    assert set(shown.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    difference = ImageChops.difference(shown.convert("L"), picture(original).convert("L"))
    assert difference.getextrema()[1] < 24


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_copy_of_a_photograph_stands_upright(orientation: int) -> None:
    original = a_photograph(orientation)

    shown = picture(copy(original, MediaType.JPEG))

    upright = ImageOps.exif_transpose(picture(original))
    assert shown.size == upright.size
    assert ImageChops.difference(shown, upright).convert("L").getextrema()[1] < 24


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_the_copy_of_a_scan_holds_the_same_pixels_and_nothing_else(mode: str) -> None:
    original = a_scan(mode)

    copied = copy(original, MediaType.PNG)

    shown = picture(copied)
    assert HIDDEN not in copied
    assert shown.info == {}
    assert not shown.getexif()
    assert shown.convert("RGBA").tobytes() == picture(original).convert("RGBA").tobytes()


def test_what_is_seen_through_in_a_palette_stays_so() -> None:
    out = io.BytesIO()
    picture(a_scan("P")).save(out, "PNG", transparency=0)

    shown = picture(copy(out.getvalue(), MediaType.PNG))

    assert shown.convert("RGBA").tobytes() == picture(out.getvalue()).convert("RGBA").tobytes()


@pytest.mark.parametrize("change", CHANGES)
def test_the_copy_of_a_paper_says_and_does_nothing_beyond_its_pages(
    change: Callable[[Pdf], None],
) -> None:
    original = a_paper(change)
    assert HIDDEN in laid_open(original) or change is launches

    copied = copy(original, MediaType.PDF)

    inside = laid_open(copied)
    assert HIDDEN not in inside
    assert HIDDEN not in copied
    for name in (
        b"/JavaScript /JS /OpenAction /AA /A /Launch /URI /EmbeddedFiles /EF /AcroForm /XFA /Names"
        b" /Annots /Metadata /Info /PieceInfo"
    ).split():
        # A resource may be called as it likes: the photograph of these papers is called AA.
        assert name + b" <<" not in inside or name == b"/AA"
        assert name + b"\n" not in inside
    with Pdf.open(io.BytesIO(copied)) as document:
        assert set(document.Root.keys()) == {"/Type", "/Pages"}
        assert set(document.trailer.keys()) <= {
            *("/Root", "/Size", "/ID", "/Type", "/W", "/Length", "/Filter", "/DecodeParms"),
            "/Index",
        }
        assert set(document.pages[0].obj.keys()) <= {
            *("/Type", "/Parent", "/MediaBox", "/Contents", "/Resources"),
        }
        assert b"(In the Court of Sessions) Tj" in inside


def test_all_of_them_at_once_come_out_clean_and_the_same_each_time() -> None:
    original = a_paper(*CHANGES[:5], CHANGES[6], pages=3)

    copied = copy(original, MediaType.PDF)

    assert HIDDEN not in laid_open(copied)
    assert copy(original, MediaType.PDF) == copied
    assert copy(copied, MediaType.PDF)


def test_what_a_filled_form_shows_is_still_shown() -> None:
    assert b"shown-in-the-field" in laid_open(copy(a_paper(is_a_form), MediaType.PDF))


@pytest.mark.parametrize("deflated", [False, True])
def test_a_photograph_in_a_paper_shows_the_same(deflated: bool) -> None:
    copied = copy(a_paper(partial(shows_a_photograph, deflated=deflated)), MediaType.PDF)

    with Pdf.open(io.BytesIO(copied)) as document:
        shown = pikepdf.PdfImage(document.pages[0].Resources.XObject.AA).as_pil_image()
    assert shown.tobytes() == picture(a_photograph()).tobytes()


@pytest.mark.parametrize("user", ["", "secret"])
def test_an_encrypted_paper_is_refused(user: str) -> None:
    paper = a_paper(encryption=encrypted(user))
    assert refused(lambda: copy(paper, MediaType.PDF)) == "evidence_unsafe"


def test_a_paper_of_too_many_pages_or_none_is_refused() -> None:
    assert refused(lambda: copy(a_paper(pages=MAX_PAGES + 1), MediaType.PDF)) == (
        "evidence_too_large"
    )
    assert refused(lambda: copy(a_paper(pages=0), MediaType.PDF)) == "evidence_broken"


def test_a_paper_that_unpacks_to_gigaoctets_is_refused() -> None:
    packer = zlib.compressobj(9)
    piece = bytes(1 << 20)
    packed = b"".join(packer.compress(piece) for _ in range(500)) + packer.flush()

    def bomb(document: Pdf) -> None:
        stream = Stream(document, packed)
        stream.Filter = Name.FlateDecode
        document.pages[0].Contents = stream

    paper = a_paper(bomb, compress_streams=False, stream_decode_level=NOTHING)
    assert len(paper) < 1 << 20
    assert refused(lambda: copy(paper, MediaType.PDF)) == "evidence_unsafe"


NOTHING = pikepdf.StreamDecodeLevel.none


def test_a_paper_whose_inside_is_broken_is_refused() -> None:
    paper = a_paper()
    table = paper.index(b"startxref")
    broken = paper[:table] + b"startxref\n7\n%%EOF\n"
    assert refused(lambda: copy(broken, MediaType.PDF)) == "evidence_broken"


def test_a_stream_of_a_paper_never_points_outside() -> None:
    def outside(document: Pdf) -> None:
        stream = document.make_stream(b"q Q")
        stream.F = Dictionary(Type=Name.Filespec, F="/etc/passwd")
        document.pages[0].Contents = stream

    assert b"passwd" not in laid_open(copy(a_paper(outside), MediaType.PDF))


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(
        [
            (a_paper(*CHANGES[:5]), MediaType.PDF),
            (a_photograph(), MediaType.JPEG),
            (a_scan(), MediaType.PNG),
        ]
    ),
    st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=9)), max_size=3),
)
def test_whatever_a_document_holds_is_copied_clean_or_refused(
    document: tuple[bytes, MediaType], changes: list[tuple[float, bytes]]
) -> None:
    octets = bytearray(document[0])
    for place, change in changes:
        start = 8 + int(place * (len(octets) - 8))
        octets[start : start + len(change)] = change
    try:
        copied = copy(bytes(octets), document[1])
    except Refusal:
        return
    assert HIDDEN not in copied


@pytest.mark.parametrize(
    ("octets", "media_type"),
    [
        (a_paper(runs_javascript), MediaType.PDF),
        (a_photograph(6), MediaType.JPEG),
        (a_scan(), MediaType.PNG),
    ],
)
def test_a_process_of_its_own_makes_the_same_copy(octets: bytes, media_type: MediaType) -> None:
    assert examine(octets) == (media_type, copy(octets, media_type))


def test_a_process_of_its_own_refuses_with_the_same_words() -> None:
    with pytest.raises(Refusal) as here:
        copy(a_paper(encryption=encrypted()), MediaType.PDF)
    with pytest.raises(Refusal) as there:
        examine(a_paper(encryption=encrypted()))
    assert (there.value.code, there.value.message) == (here.value.code, here.value.message)
    assert refused(lambda: examine(a_png_bomb())) == "evidence_too_large"


def test_a_process_that_needs_too_much_is_a_document_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Given a document on which the process dies, as the kernel kills one that takes too much
    real = subprocess.run
    monkeypatch.setattr(
        cleaning.subprocess,
        "run",
        lambda command, **how: real(
            [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"],
            **how,
        ),
    )
    assert refused(lambda: examine(a_paper())) == "evidence_unsafe"


def a_paper_of_packed_objects(mebioctets: int) -> bytes:
    """Return a PDF that keeps its page tree in an object stream which unpacks to this size."""
    packer = zlib.compressobj(9)
    packed = packer.compress(b"4 0 <</Type/Pages/Count 1/Kids[1 0 R]>>")
    packed += b"".join(packer.compress(b" " * (1 << 20)) for _ in range(mebioctets))
    packed += packer.flush()
    paper, places = b"%PDF-1.5\n", []
    for number, body in enumerate(
        (
            b"<</Type/Page/Parent 4 0 R/MediaBox[0 0 9 9]>>",
            b"<</Type/Catalog/Pages 4 0 R>>",
            b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
            + packed
            + b"\nendstream",
        ),
        1,
    ):
        places.append(len(paper))
        paper += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    entries = [(0, 0), *((1, place) for place in places), (2, 3), (1, len(paper))]
    table = b"".join(bytes([kind]) + where.to_bytes(4, "big") + b"\0" for kind, where in entries)
    return paper + (
        b"5 0 obj\n<</Type/XRef/Size 6/W[1 4 1]/Root 2 0 R/Length %d>>\nstream\n" % len(table)
        + table
        + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % len(paper)
    )


def test_objects_that_unpack_to_more_than_the_memory_are_refused() -> None:
    # qpdf unpacks such a stream before anything can be counted: the limit of the process holds it
    assert examine(a_paper_of_packed_objects(1)).media_type is MediaType.PDF
    assert refused(lambda: examine(a_paper_of_packed_objects(1200))) in {
        "evidence_broken",
        "evidence_unsafe",
    }


def test_the_largest_picture_that_is_taken_fits_into_the_memory_of_the_process() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (8000, 5000)).save(out, "PNG", exif=exif(6), compress_level=1)

    assert picture(examine(out.getvalue()).copy).size == (5000, 8000)


def test_a_telephones_photograph_of_two_pictures_is_copied_as_the_first() -> None:
    out = io.BytesIO()
    first, second = Image.new("RGB", (60, 40), "red"), Image.new("RGB", (30, 20), "blue")
    first.save(out, "MPO", save_all=True, append_images=[second], exif=exif())

    cleaned = examine(out.getvalue())

    assert cleaned.media_type is MediaType.JPEG
    shown = picture(cleaned.copy)
    assert (shown.size, getattr(shown, "n_frames", 1)) == ((60, 40), 1)
    assert cleaned.copy.count(b"\xff\xd8\xff") == 1
    assert HIDDEN not in cleaned.copy
