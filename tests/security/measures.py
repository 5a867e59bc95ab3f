"""Figures of the proofs, kept for `docs/security.md`: only where the whole of them runs."""

import json
import os
from pathlib import Path
from typing import Any


def note_figure(name: str, value: Any) -> None:
    """Write one figure beside the others, in the folder that `make test-security` names."""
    folder = os.environ.get("IOM_SECURITY_FIGURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / f"{name}.json").write_text(json.dumps(value, sort_keys=True))
