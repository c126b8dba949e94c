"""Documents as courts, prisons and attackers send them, made when a test asks for one."""

import io
import struct
import zlib
from collections.abc import Callable

from pikepdf import Array, Dictionary, Encryption, Name, Pdf, Stream
from PIL import Image
from PIL.PngImagePlugin import PngInfo

SECRET = "Secret-of-the-sender"
"""Stands in each place of a document that must not come out again."""


def _saved(picture: Image.Image, **how: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, **how)  # type: ignore[arg-type]
    return out.getvalue()


def _striped(mode: str = "RGB", size: tuple[int, int] = (60, 40)) -> Image.Image:
    """Return a picture whose left half is dark and whose right half is bright."""
    picture = Image.new("RGB", size, (230, 230, 230))
    picture.paste((20, 20, 20), (0, 0, size[0] // 2, size[1]))
    return picture.convert(mode)


def exif(orientation: int = 1) -> Image.Exif:
    """Return what a telephone writes: maker, place, how it was held."""
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x010F] = SECRET
    notes.get_ifd(0x8825).update({1: "N", 2: (31.0, 33.0, 0.0), 29: SECRET})
    return notes


def a_photograph(orientation: int = 1, mode: str = "RGB", **how: object) -> bytes:
    """Return a JPEG with a place, a colour profile, and a comment."""
    return _saved(
        _striped(mode),
        format="JPEG",
        exif=exif(orientation),
        comment=SECRET.encode(),
        icc_profile=SECRET.encode() * 10,
        **how,
    )


def a_scan(mode: str = "RGB") -> bytes:
    """Return a PNG with text, a place, and a colour profile."""
    notes = PngInfo()
    notes.add_text("Author", SECRET)
    notes.add_itxt("Comment", SECRET, zip=True)
    return _saved(
        _striped(mode),
        format="PNG",
        pnginfo=notes,
        exif=exif(),
        icc_profile=SECRET.encode() * 10,
    )


def png_chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG."""
    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def a_png_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """Return a PNG of a few kilooctets that unpacks to ``width`` times ``height`` octets."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    row = bytes(width + 1)
    rows = b"".join(packer.compress(row) for _ in range(min(height, 300))) + packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", head)
        + png_chunk(b"IDAT", rows)
        + png_chunk(b"IEND", b"")
    )


def a_paper(*changes: Callable[[Pdf], None], pages: int = 1, **how: object) -> bytes:
    """Return a PDF of a judgment after the changes that a test makes to it."""
    document = Pdf.new()
    for number in range(pages):
        document.add_blank_page()
        document.pages[number].Contents = document.make_stream(
            b"BT /F1 12 Tf 72 700 Td (In the Court of Sessions) Tj ET"
        )
        document.pages[number].Resources = Dictionary(
            Font=Dictionary(
                F1=Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
            )
        )
    for change in changes:
        change(document)
    out = io.BytesIO()
    document.save(out, **how)  # type: ignore[arg-type]
    return out.getvalue()


def runs_javascript(document: Pdf) -> None:
    """Have the document run a script when it is opened, printed, and when a page is shown."""
    script = Dictionary(S=Name.JavaScript, JS=f"app.alert('{SECRET}')")
    document.Root.OpenAction = script
    document.Root.AA = Dictionary(WP=script)
    document.Root.Names = Dictionary(
        JavaScript=Dictionary(Names=Array(["on open", document.make_indirect(script)]))
    )
    document.pages[0].AA = Dictionary(O=script)


def launches(document: Pdf) -> None:
    """Have a click on the page start a program, and another open an address."""
    document.pages[0].Annots = Array(
        [
            document.make_indirect(
                Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 99, 99], A=action)
            )
            for action in (
                Dictionary(S=Name.Launch, F="cmd.exe", Win=Dictionary(F="cmd.exe", P=SECRET)),
                Dictionary(S=Name.URI, URI=f"https://example.test/{SECRET}"),
            )
        ]
    )


def carries_files(document: Pdf) -> None:
    """Attach a file."""
    document.attachments["notes.txt"] = SECRET.encode()


def tells_its_author(document: Pdf) -> None:
    """Fill in the properties, in both of the ways that there are."""
    document.docinfo["/Author"] = SECRET
    document.docinfo["/Producer"] = SECRET
    with document.open_metadata() as metadata:
        metadata["dc:title"] = SECRET
    document.pages[0].PieceInfo = Dictionary(Editor=Dictionary(Private=SECRET))


def is_a_form(document: Pdf) -> None:
    """Add a filled-in field whose value is shown on the page, with a script behind it."""
    shown = document.make_stream(b"0 0 1 rg 0 0 50 20 re f % shown-in-the-field")
    shown.Type, shown.Subtype, shown.BBox = Name.XObject, Name.Form, Array([0, 0, 50, 20])
    field = document.make_indirect(
        Dictionary(
            Type=Name.Annot,
            Subtype=Name.Widget,
            FT=Name.Tx,
            T="field",
            V=SECRET,
            F=4,
            Rect=[100, 100, 150, 120],
            AP=Dictionary(N=shown),
            AA=Dictionary(K=Dictionary(S=Name.JavaScript, JS=SECRET)),
        )
    )
    document.pages[0].Annots = Array([field])
    document.Root.AcroForm = Dictionary(Fields=Array([field]), XFA=SECRET)


def shows_a_photograph(document: Pdf, *, deflated: bool = False) -> None:
    """Show a JPEG on the page, as a telephone took it."""
    octets = a_photograph()
    picture = Stream(document, zlib.compress(octets) if deflated else octets)
    picture.Type, picture.Subtype = Name.XObject, Name.Image
    picture.Width, picture.Height, picture.BitsPerComponent = 60, 40, 8
    picture.ColorSpace = Name.DeviceRGB
    picture.Filter = (
        Array([Name.FlateDecode, Name.DCTDecode]) if deflated else Array([Name.DCTDecode])
    )
    picture.Metadata = document.make_stream(SECRET.encode())
    # A name that means something elsewhere, and is only a name here.
    document.pages[0].Resources.XObject = document.make_indirect(Dictionary(AA=picture))


def encrypted(user: str = "") -> Encryption:
    """Return how to save a PDF that asks for a password, or forbids to print."""
    return Encryption(owner="owner", user=user)
