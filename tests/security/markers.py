"""A marker in every classified field, and who may be shown which (security.md, check 2).

To which compartment a field belongs the product says (`iom.kernel.compartments`); who reads a compartment is written
here anew, from security.md, and not read from the product's table.
"""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, models, transaction
from pypdf import PdfReader

from iom.access.scope import as_owner
from iom.kernel.compartments import registry
from tests.scene import Scene
from tests.security.facts import hold_everything, rows

_ALL = {"structure"}
_REACH = _ALL | {"core", "plan"}
_POLICE = _REACH | {"identifier", "operations"}
_WORKS = _POLICE | {"intelligence", "disclosed", "note police", "note document"}
_MANAGES = _WORKS | {"exploitation"}
_SUPERVISES = _MANAGES | {"victim", "youth", "audit"}
READS: dict[str, set[str]] = {
    "anonymous": set(),
    "no_membership": set(),
    "manager_own": _MANAGES,
    "manager_other": _MANAGES,
    "supervisor": _SUPERVISES,
    "inspector": _SUPERVISES,
    "central_spoc": _SUPERVISES,
    "support": _WORKS,
    "prison_officer": _MANAGES,
    "prison_supervisor": _SUPERVISES,
    "partner_share": _REACH | {"identifier", "note probation", "note document"},
    "partner_no_share": _ALL,
    "partner_housing": _REACH | {"note housing"},
    "partner_youth": _REACH | {"identifier", "youth", "exploitation", "note youth", "note document"},
    "partner_lapsed": _ALL,
    "partner_ended": _ALL,
    "analyst": _POLICE,
    "auditor": _REACH | {"operations", "audit"},
    "administrator": _ALL | {"account"},
}
_OF_NORTH = {"manager_own", "supervisor", "inspector", "central_spoc", "support", "analyst", "auditor"}
_OF_HUB = {"manager_other", "prison_officer", "prison_supervisor", "central_spoc", "analyst", "auditor"}
SEES: dict[str, set[str]] = {
    "Northmarker": _OF_NORTH | {"partner_share", "partner_housing"},
    # Referred by probation: whoever referred reads their own referral.
    "Candidatemarker": _OF_NORTH | {"partner_share"},
    "Hubmarker": _OF_HUB,
    "Endedmarker": _OF_NORTH,
    "Childmarker": _OF_NORTH | {"partner_youth"},
    "Restrictedmarker": {"manager_own", "partner_housing"},
}
# Names that are markers already, keys that addresses are made of, and what decides reach.
KEPT = {
    ("persons.Person", "nominal_ref"),
    ("persons.Person", "family_name"),
    ("persons.Person", "given_names"),
    ("persons.Person", "search_name"),
    ("cohorts.Referral", "family_name"),
    ("cohorts.Referral", "given_names"),
    ("agencies.Agency", "code"),
    ("agencies.Agency", "name"),
    ("agencies.Unit", "code"),
    ("agencies.Unit", "name"),
    ("agencies.Prison", "code"),
    ("agencies.SharingAgreement", "data_classes"),
    ("accounts.User", "username"),
    ("accounts.User", "password"),
    ("scoring.ScoreModel", "code"),
    ("notifications.Notification", "url"),
}
SHORTEST = 7
PLAIN = (models.CharField, models.TextField, models.EmailField)


@dataclass
class Seeded:
    """Each marker with the model, field and compartment it stands for; and what could not be marked, with why."""

    markers: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    unmarked: dict[tuple[str, str], str] = field(default_factory=dict)


def marker(number: int) -> str:
    return f"Zq{number:04d}x"


def why_not(model: type[models.Model], name: str) -> str:
    """Why a field holds no marker, or nothing when it can."""
    one = model._meta.get_field(name)
    if model._meta.app_label in ("signin", "accounts"):
        return "what proves a person: its readers are tried in tests/signin"
    if (model._meta.label, name) in KEPT:
        return "a key of addresses, or a name that is a marker itself"
    if isinstance(one, ArrayField):
        return "a list of codes"
    if not isinstance(one, PLAIN):
        return "a number, date, flag, link or document: no text that could be told apart"
    if one.choices:
        return "one of a closed list of codes"
    if one.max_length and one.max_length < SHORTEST:
        return "too short for a marker"
    if one.unique and not one.null:
        return "unique: one marker cannot stand in every row"
    return ""


def seed(scene: Scene) -> Seeded:
    """Put a marker into every text of every table that has a row in the scene."""
    found = Seeded()
    people = {thing: values["person"] for thing, values in scene.objects.items() if thing != "absent"}
    with as_owner():
        for pk in people.values():
            hold_everything(scene.world, pk)
        for number, ((label, name), compartment) in enumerate(sorted(registry().items())):
            model = apps.get_model(label)
            if reason := why_not(model, name):
                found.unmarked[label, name] = reason
                continue
            table, column = model._meta.db_table, model._meta.get_field(name).column
            try:
                with transaction.atomic():
                    done = rows(
                        f'WITH done AS (UPDATE "{table}" SET "{column}" = %s RETURNING 1) SELECT count(*) FROM done',
                        marker(number),
                    )[0][0]
            except DatabaseError as error:
                found.unmarked[label, name] = f"refused: {str(error).splitlines()[0][:90]}"
                continue
            if done:
                found.markers[marker(number)] = (label, name, compartment.value)
            else:
                found.unmarked[label, name] = "no row in the scene"
        _mark_by_owner(scene, found)
    return found


def _mark_by_owner(scene: Scene, found: Seeded) -> None:
    """Notes and documents say whose they are, since that decides who reads them."""
    for code, agency in ((a, scene.world[a]) for a in ("police", "probation", "drugs", "lapsed")):
        text = f"Zqnote{code}x"
        rows(
            "UPDATE records_agencynote n SET text = %s WHERE agency_id = %s"
            " AND NOT EXISTS (SELECT 1 FROM records_agencynoteaudience a WHERE a.note_id = n.id)",
            text, agency.pk,
        )  # fmt: skip
        found.markers[text] = ("records.AgencyNote", "text", f"note {code}")
    for compartment in ("core", "plan", "operations", "intelligence", "victim", "note", "youth"):
        text = f"Zqdoc{compartment}x"
        rows(
            "UPDATE documents_document SET title = %s, original_name = %s WHERE compartment = %s",
            text, f"{text}.pdf", compartment,
        )  # fmt: skip
        of = "note document" if compartment == "note" else compartment
        found.markers[text] = ("documents.Document", "title", of)
    found.markers = {
        text: where
        for text, where in found.markers.items()
        if where[:2] not in {("records.AgencyNote", "text"), ("documents.Document", "title"),
                             ("documents.Document", "original_name")} or not text[2].isdigit()
    }  # fmt: skip


def text_of(found: Any) -> str:
    """Everything an answer says: its headers, its body, the words of a PDF."""
    body = b"".join(found.streaming_content) if found.streaming else found.content
    said = "\n".join(f"{name}: {value}" for name, value in found.headers.items())
    said += "\n".join(morsel.OutputString() for morsel in found.cookies.values())
    if found.headers.get("Content-Type", "").startswith("application/pdf"):
        return said + "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    return f"{said}\n{body.decode('utf-8', 'replace')}"


_MARKERS = re.compile(r"Zq(?:\d{4}|note\w+?|doc\w+?)x")


def leaks(seeded: Seeded, who: str, said: str) -> Iterator[str]:
    """What the text shows that this visitor may not see."""
    reads = READS[who]
    for text in sorted(set(_MARKERS.findall(said))):
        label, name, compartment = seeded.markers.get(text, ("?", "?", "?"))
        if compartment not in reads:
            yield f"{label}.{name} ({compartment})"
    for name, seen_by in SEES.items():
        if name in said and who not in seen_by:
            yield f"the name of {name}"
