"""Documents of the demo: made here, fictional, harmless, and taken by the same services as anybody's (SHR-5)."""

import io
import tempfile
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw
from weasyprint import HTML

from cohorts.models import Case
from iom.access.actor import Actor, actor_for
from iom.access.models import AgencyAccess
from iom.access.scope import as_actor, as_owner, as_service
from iom.agencies.models import Agency, Membership
from iom.documents.models import Document
from iom.documents.permissions import may_file_under
from iom.documents.services import Given, Sent, add_document, add_version, scan_one
from iom.kernel.compartments import Compartment

MANAGED = 6
# Type, title, compartment, marking, who keeps it (police or the first agency it is shared with), named agencies.
LETTERS: tuple[tuple[str, str, str, str, str, bool], ...] = (
    ("licence", "Licence with additional conditions", "plan", "official_sensitive", "police", True),
    ("court_order", "Community order, Northmoor Magistrates' Court", "core", "official", "police", True),
    (
        "risk_assessment",
        "Risk assessment for the home visit",
        "operations",
        "official_sensitive",
        "police",
        False,
    ),
    ("correspondence", "Letter to the housing provider", "plan", "official", "police", True),
    ("consent_form", "Consent to share information", "core", "official_sensitive", "agency", True),
    ("correspondence", "Note of attendance", "note", "official_sensitive", "agency", False),
)
PICTURE = ("photograph", "Photograph for identification", "core", "official_sensitive")


def make_documents(*, on: date, at: datetime, seed: int) -> int:
    """A few documents for whom each district selected last; how many."""
    with as_owner():
        people = list(
            Case.objects.filter(status="active", person__is_restricted=False)
            .select_related("person")
            .order_by("person__home_unit_id", "-selected_on", "pk")
            .distinct("person__home_unit_id")[:MANAGED]
        )
        plan = [
            (case, _police(case.person.home_unit_id, on), _partner(case.person_id, on)) for case in people
        ]
    rng, made = Random(seed), 0
    with tempfile.TemporaryDirectory() as folder:
        for number, (case, police, partner) in enumerate(plan):
            for letter in _letters(number, rng):
                keeper = police if letter[4] == "police" else partner
                if keeper is not None:
                    named = [partner] if letter[4] == "police" else [police]
                    moment = at - timedelta(days=rng.randint(1, 40))
                    made += _one(Path(folder), case, letter, keeper, [a for a in named if a], moment, number)
    with as_service():
        while scan_one(at):
            pass
    return made


def _letters(number: int, rng: Random) -> Iterator[tuple[str, str, str, str, str, bool]]:
    yield from rng.sample(LETTERS, 3 if number else len(LETTERS))
    if number % 3 == 0:
        yield (*PICTURE, "police", True)


def _police(unit_id: int, on: date) -> Actor | None:
    """A supervisor of the person's own district."""
    row = Membership.objects.filter(role="supervisor", team__unit=unit_id).select_related("user").first()
    return actor_for(row.user, on=on) if row else None


def _partner(person_id: int, on: date) -> Actor | None:
    """Somebody of the first agency that the person is shared with."""
    access = AgencyAccess.objects.filter(person=person_id, ends_on__isnull=True).order_by("pk").first()
    row = (
        Membership.objects.filter(role="partner_practitioner", team__agency=access.agency_id)
        .select_related("user")
        .first()
        if access
        else None
    )
    return actor_for(row.user, on=on) if row else None


def _one(
    folder: Path,
    case: Case,
    letter: tuple[str, str, str, str, str, bool],
    keeper: Actor,
    named: list[Actor],
    at: datetime,
    number: int,
) -> int:
    kind, title, compartment, marking, _, is_named = letter
    is_picture = kind == "photograph"
    path = folder / f"{number}-{kind}"
    path.write_bytes(_picture() if is_picture else _letter(title, at.date().replace(day=1)))
    audience = tuple(a.agency_id for a in named if is_named and a.agency_id)
    given = Given(
        type=kind,
        title=title,
        marking=marking,
        compartment=Compartment(compartment).value,
        handling="Not to be shown to the person." if kind == "risk_assessment" else "",
        audience=audience if compartment != "operations" else (),
    )
    sent = Sent(path, f"{title}.{'png' if is_picture else 'pdf'}")
    with as_actor(keeper):
        if Compartment(compartment) not in may_file_under(keeper, case.person_id):
            return 0
        document = add_document(case.person.nominal_ref, sent, given, by=keeper, at=at)
        if kind == "licence" and number % 2 == 0:
            path.write_bytes(_letter(f"{title}, varied", at.date().replace(day=1)))
            add_version(document.pk, sent, by=keeper, at=at + timedelta(hours=2))
    return 1


@cache
def _letter(title: str, dated: date) -> bytes:
    text = (
        f"<html lang=en><title>{title}</title><style>body{{font-family:Arimo,sans-serif}}</style>"
        f"<h1>{title}</h1><p>{dated:%-d %B %Y}</p><p>This letter was made for the demonstration of a fictional force."
        " Nobody it speaks of exists, and nothing in it happened.</p>"
    )
    return bytes(HTML(string=text).write_pdf())


def _picture() -> bytes:
    image = Image.new("RGB", (320, 400), (222, 224, 226))
    draw = ImageDraw.Draw(image)
    draw.ellipse((100, 60, 220, 200), fill=(150, 150, 150))
    draw.ellipse((50, 210, 270, 480), fill=(150, 150, 150))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


def has_documents() -> bool:
    """Whether the demo has its documents already, or none can be made."""
    return Document.objects.exists() or not Agency.objects.exists()
