"""Pictures are drawn anew from their pixels: nothing else of the file survives, so no place, camera or hidden data."""

import io
import warnings
from pathlib import Path

from PIL import Image, ImageOps

from iom.documents.content.kinds import Kind, Unsafe, not_what_it_says

LARGEST_PIXELS = 60_000_000
_FORMATS = {"jpg": "JPEG", "png": "PNG"}
_INNER = ["JPEG", "PNG", "GIF"]
_TOLD_BESIDE = {"exif", "comment", "xmp", "XML:com.adobe.xmp", "photoshop", "Author", "Comment", "Software"}
_AS_THEY_ARE = {"L", "LA", "RGB", "RGBA"}


def make_safe(source: Path, target: Path, kind: Kind) -> list[str]:
    """Write the picture's pixels to `target`; the notes say what was left out."""
    try:
        return _redraw(source, target, [_FORMATS[kind.extension]])
    except (OSError, SyntaxError, ValueError) as error:
        raise not_what_it_says(kind) from error


def inner_picture(content: bytes) -> tuple[bytes, list[str]]:
    """A picture inside a document, drawn anew where anything came beside its pixels; ValueError if it is none."""
    try:
        with Image.open(io.BytesIO(content), formats=_INNER) as sent:
            if sent.format == "GIF" or not (sent.getexif() or _TOLD_BESIDE & sent.info.keys()):
                return content, []
        drawn = io.BytesIO()
        notes = _redraw(io.BytesIO(content), drawn, _INNER)
        return drawn.getvalue(), notes
    except (OSError, SyntaxError) as error:
        raise ValueError("not a picture") from error


def _redraw(source: Path | io.BytesIO, target: Path | io.BytesIO, formats: list[str]) -> list[str]:
    Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(source, formats=formats) as sent:
            if sent.width * sent.height > LARGEST_PIXELS:
                raise Unsafe(_too_large())
            if getattr(sent, "n_frames", 1) > 1:
                raise Unsafe("The picture moves. Save one frame of it and upload that.")
            sent.load()
            drawn_as = str(sent.format)
            notes = _notes(sent)
            plain = _plain(ImageOps.exif_transpose(sent), drawn_as)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unsafe(_too_large()) from error
    if drawn_as == "JPEG":
        plain.save(target, "JPEG", quality=92)
    else:
        plain.save(target, "PNG", optimize=False)
    return notes


def _too_large() -> str:
    return f"The picture has more than {LARGEST_PIXELS // 1_000_000} million pixels. Make it smaller and try again."


def _plain(sent: Image.Image, wanted: str) -> Image.Image:
    """A new picture of the same pixels, without any of what came beside them."""
    image = sent
    if image.mode not in _AS_THEY_ARE:
        image = image.convert("RGBA" if "transparency" in image.info or image.mode == "PA" else "RGB")
    if wanted == "JPEG" and image.mode in {"LA", "RGBA"}:
        image = image.convert("RGB")
    return Image.frombytes(image.mode, image.size, image.tobytes())


def _notes(sent: Image.Image) -> list[str]:
    notes = []
    exif = sent.getexif()
    if exif.get_ifd(0x8825):
        notes.append("The place where the picture was taken was removed")
    if exif:
        notes.append("The camera's data were removed")
    return notes
