"""Pictures are drawn anew from their pixels: nothing else of the file survives, so no place, camera or hidden data."""

import warnings
from pathlib import Path

from PIL import Image, ImageOps

from iom.documents.content.kinds import Kind, Unsafe, not_what_it_says

LARGEST_PIXELS = 60_000_000
_FORMATS = {"jpg": "JPEG", "png": "PNG"}
_AS_THEY_ARE = {"L", "LA", "RGB", "RGBA"}


def make_safe(source: Path, target: Path, kind: Kind) -> list[str]:
    """Write the picture's pixels to `target`; the notes say what was left out."""
    Image.MAX_IMAGE_PIXELS = LARGEST_PIXELS
    wanted = _FORMATS[kind.extension]
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(source, formats=[wanted]) as sent:
            if sent.width * sent.height > LARGEST_PIXELS:
                raise Unsafe(_too_large())
            if getattr(sent, "n_frames", 1) > 1:
                raise Unsafe("The picture moves. Save one frame of it and upload that.")
            sent.load()
            notes = _notes(sent)
            upright = ImageOps.exif_transpose(sent)
            plain = _plain(upright, wanted)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Unsafe(_too_large()) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise not_what_it_says(kind) from error
    if wanted == "JPEG":
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
