"""The process in which one file is checked: little memory, little time, no secrets, and nothing but two paths.

`python -m iom.documents.content clean NAME SOURCE TARGET` or `... stamp SOURCE TARGET LINE...`; answers in JSON.
"""

import json
import resource
import sys
from pathlib import Path

MEMORY = 1024**3
SECONDS = 40
LARGEST_RESULT = 512 * 1024**2


def main(arguments: list[str]) -> int:
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, LARGEST_RESULT),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 64),
    ):
        resource.setrlimit(what, (most, most))
    sys.stdout.write(json.dumps(answer(arguments)))
    return 0


def answer(arguments: list[str]) -> dict[str, object]:
    # Imported under the limits.
    from iom.documents.content import pdf  # noqa: PLC0415
    from iom.documents.content.checking import make_safe  # noqa: PLC0415
    from iom.documents.content.kinds import Unsafe  # noqa: PLC0415

    what, *rest = arguments
    try:
        if what == "stamp":
            pdf.stamp(Path(rest[0]), Path(rest[1]), rest[2:])
            return {"ok": True}
        kind, notes = make_safe(Path(rest[1]), Path(rest[2]), rest[0])
    except Unsafe as unsafe:
        return {"ok": False, "sentence": unsafe.sentence}
    return {"ok": True, "extension": kind.extension, "media_type": kind.media_type, "notes": notes}


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
