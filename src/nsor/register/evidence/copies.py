"""The copy of a document that is served: what the eye sees, and nothing that tells or does more.

Rules that hold here:

- A copy is made new, of what is known to be needed, and never by removing what is known to harm: a
  picture of its pixels, a PDF of its pages' contents and resources.
- The same document gives the same copy, octet for octet.
- The libraries that read documents run under the limits of ``cleaning``, in a process of its own.
"""

import io
import warnings
import zlib
from collections.abc import Iterator
from typing import Final

import pikepdf
from pikepdf import Dictionary, Name, Object, Pdf, Stream
from PIL import Image, ImageOps

from nsor.register.errors import Refusal
from nsor.register.evidence.files import MediaType, broken, segments

MAX_PAGES: Final = 500
MAX_OBJECTS: Final = 100_000
MAX_UNPACKED: Final = 400 * 1024 * 1024
_PIECE: Final = 1 << 20
_QUALITY: Final = 92


def copy(octets: bytes, media_type: MediaType) -> bytes:
    """Return the copy to serve of a document that ``files.inspect`` let pass; of the same type.

    Raises ``Refusal``: ``evidence_broken``, ``evidence_too_large``, ``evidence_unsafe``.
    """
    if media_type is MediaType.PDF:
        return _copy_pdf(octets)
    return _copy_picture(octets, media_type)


# --- Pictures


_FORMATS: Final = {MediaType.PNG: "PNG", MediaType.JPEG: "JPEG"}
_KEPT_MODES: Final = {
    MediaType.PNG: frozenset({"1", "L", "LA", "RGB", "RGBA", "I;16"}),
    MediaType.JPEG: frozenset({"L", "RGB"}),
}


def _copy_picture(octets: bytes, media_type: MediaType) -> bytes:
    try:
        with warnings.catch_warnings(action="ignore"):
            pixels = _pixels(_upright(octets, media_type), media_type)
    except MemoryError:
        raise
    except Exception:  # a decoder raises whatever it stumbles over
        raise broken("picture") from None
    out = io.BytesIO()
    if media_type is MediaType.JPEG:
        pixels.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    else:
        pixels.save(out, "PNG")
    return out.getvalue()


def _upright(octets: bytes, media_type: MediaType) -> Image.Image:
    with Image.open(io.BytesIO(octets), formats=[_FORMATS[media_type]]) as picture:
        picture.load()
        return ImageOps.exif_transpose(picture)


def _pixels(picture: Image.Image, media_type: MediaType) -> Image.Image:
    """Return a picture of the same pixels that carries nothing else."""
    see_through = "transparency" in picture.info
    if see_through or picture.mode not in _KEPT_MODES[media_type]:
        opaque = media_type is MediaType.JPEG or not (see_through or picture.has_transparency_data)
        picture = picture.convert("RGB" if opaque else "RGBA")
    bare = Image.new(picture.mode, picture.size)
    bare.paste(picture)
    return bare


# --- PDF


_PAGE_KEYS: Final = (
    "/MediaBox",
    "/CropBox",
    "/Rotate",
    "/UserUnit",
    "/Group",
    "/Contents",
    "/Resources",
)
_NOT_SHOWN: Final = frozenset(
    {
        "/Metadata",
        "/PieceInfo",
        "/LastModified",
        "/AA",
        "/AF",
        "/EF",
        "/JS",
        "/OPI",
        "/Ref",
        "/Measure",
        "/PtData",
        "/StructParent",
        "/StructParents",
        "/Thumb",
        "/CreatorInfo",
        "/Usage",
    }
)
"""Keys of what pages show that tell more than is seen; none of them changes what is seen."""
_OUTSIDE: Final = ("/F", "/FFilter", "/FDecodeParms")
"""Keys of a stream whose data would lie in another file."""


def _copy_pdf(octets: bytes) -> bytes:
    try:
        with Pdf.open(io.BytesIO(octets), attempt_recovery=False) as document, Pdf.new() as new:
            _require_readable(document)
            document.generate_appearance_streams()
            document.flatten_annotations("screen")
            _take_pages(document, new)
            _clean_objects(new)
            out = io.BytesIO()
            new.save(
                out,
                deterministic_id=True,
                compress_streams=True,
                stream_decode_level=pikepdf.StreamDecodeLevel.none,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
            )
            return out.getvalue()
    except pikepdf.PasswordError:
        raise _encrypted() from None
    except (Refusal, MemoryError):
        raise
    except Exception:  # a parser raises whatever it stumbles over
        raise broken("PDF") from None


def _encrypted() -> Refusal:
    return Refusal(
        "evidence_unsafe",
        "The PDF is encrypted, so that it can't be looked at: save it without a password or any"
        " restriction.",
    )


def _require_readable(document: Pdf) -> None:
    if document.is_encrypted:
        raise _encrypted()
    if len(document.pages) > MAX_PAGES or len(document.objects) > MAX_OBJECTS:
        raise Refusal(
            "evidence_too_large",
            f"The PDF has more than {MAX_PAGES} pages, or is as large inside: send it in parts.",
        )
    if not len(document.pages):
        raise broken("PDF")
    left = MAX_UNPACKED
    for stream in _streams(document):
        left -= _unpacked(stream, left)


def _streams(document: Pdf) -> Iterator[Stream]:
    for thing in document.objects:
        if isinstance(thing, Stream):
            yield thing


def _unpacked(stream: Stream, at_most: int) -> int:
    """Return how many octets a deflated stream unpacks to, without holding them."""
    if "/FlateDecode" not in _filters(stream)[:1]:
        return 0
    unpacker = zlib.decompressobj()
    packed, size = stream.read_raw_bytes(), 0
    while packed and not unpacker.eof:
        try:
            size += len(unpacker.decompress(packed, _PIECE))
        except zlib.error:
            raise broken("PDF") from None
        packed = unpacker.unconsumed_tail
        if size > at_most:
            raise Refusal(
                "evidence_unsafe",
                "The PDF unpacks to far more than its size, as files that attack a reader do: print"
                " it to a new PDF and send that.",
            )
    return size


def _filters(stream: Stream) -> list[str]:
    named = stream.get("/Filter")
    if named is None:
        return []
    listed = [*named.as_list()] if isinstance(named, pikepdf.Array) else [named]
    return [str(one) for one in listed]


def _take_pages(document: Pdf, new: Pdf) -> None:
    for page in document.pages:
        kept = {key: page.obj[key] for key in _PAGE_KEYS if key in page.obj}
        shown = document.make_indirect(Dictionary({"/Type": Name.Page, **kept}))
        new.pages.append(pikepdf.Page(shown))


_NAMES_THINGS: Final = (
    "/Font",
    "/XObject",
    "/ExtGState",
    "/ColorSpace",
    "/Pattern",
    "/Shading",
    "/Properties",
    "/CharProcs",
)
"""Keys of dictionaries whose own keys are names that the document chose, and mean nothing."""


def _clean_objects(new: Pdf) -> None:
    naming = {
        one[key].objgen
        for thing in new.objects
        for one in _within(thing)
        for key in _NAMES_THINGS
        if isinstance(one.get(key), Dictionary) and one[key].is_indirect
    }
    for thing in new.objects:
        if thing.objgen not in naming:
            for one in _within(thing):
                for key in _NOT_SHOWN.intersection(one.keys()):
                    del one[key]
        if isinstance(thing, Stream):
            for key in _OUTSIDE:
                if key in thing:
                    del thing[key]
            _clean_picture(new, thing)


def _within(thing: Object) -> Iterator[Object]:
    """Yield an object and the dictionaries that it holds directly, without those that only name."""
    waiting = [thing]
    while waiting:
        one = waiting.pop()
        held: list[Object] = []
        if isinstance(one, pikepdf.Array):
            held = [*one.as_list()]
        elif isinstance(one, Dictionary | Stream):
            yield one
            for key in one.keys():  # noqa: SIM118 - an object of a PDF iterates in its own way
                naming = key in _NAMES_THINGS and isinstance(one[key], Dictionary)
                held += one[key].as_dict().values() if naming else [one[key]]
        waiting += [item for item in held if _is_direct(item)]


def _is_direct(item: object) -> bool:
    return isinstance(item, pikepdf.Array | Dictionary) and not item.is_indirect


_NOTES: Final = frozenset({*range(0xE0, 0xF0), 0xFE}) - {0xEE}
"""Applications' segments and comments, without Adobe's, which says how colours are coded."""


def _clean_picture(new: Pdf, stream: Stream) -> None:
    """Take camera, place and comments out of a JPEG that a page shows."""
    filters = _filters(stream)
    if not filters or filters[-1] != "/DCTDecode":
        return
    octets = stream.read_raw_bytes()
    if len(filters) > 1:
        wrapped = Stream(new, octets)
        wrapped[Name.Filter] = pikepdf.Array([Name(one) for one in filters[:-1]])
        octets = wrapped.read_bytes()
    start = octets.find(b"\xff\xd8")
    if start < 0:
        raise broken("PDF")
    octets = octets[start:]
    kept = [b"\xff\xd8"]
    kept += [octets[one.start : one.end] for one in segments(octets) if one.marker not in _NOTES]
    parameters = stream.get("/DecodeParms")
    if len(filters) > 1 or not isinstance(parameters, Dictionary):
        parameters = None
    stream.write(b"".join(kept), filter=Name.DCTDecode, decode_parms=parameters)
