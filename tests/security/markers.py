"""A marker in every classified field, and who may be shown which (security.md, check 2).

To which compartment a field belongs the product says (`iom.kernel.compartments`); who reads a compartment is written
here anew, from security.md, and not read from the product's table.
"""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, models, transaction
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from iom.access.scope import as_owner
from iom.kernel.compartments import registry
from tests.scene import Scene
from tests.security.facts import rows
from tests.security.filling import fill

_ALL = {"structure"}
_REACH = _ALL | {"core", "plan"}
_POLICE = _REACH | {"identifier", "operations"}
_WORKS = _POLICE | {
    "intelligence",
    "disclosed",
    "disclosed to probation",
    "note police",
    "note document",
    "note addressed",
}
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
    "partner_share": _REACH
    | {"identifier", "disclosed to probation", "note probation", "note addressed", "note document"},
    "partner_no_share": _ALL,
    "partner_housing": _REACH | {"note housing", "note addressed"},
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
    ("notifications.Notification", "kind"),
    ("notifications.Notification", "key"),
    ("approvals.Approval", "kind"),
    ("approvals.Approval", "decider_class"),
    ("retention.AccessItem", "section"),
    ("audit.Act", "action"),
    ("audit.Act", "role"),
    ("audit.Act", "agency"),
    ("audit.Change", "table_name"),
    ("audit.Change", "row_id"),
    ("audit.Change", "database_role"),
    ("cohorts.ChecklistItem", "code"),
    ("feeds.FeedFile", "kind"),
    ("scoring.ScoreModel", "version"),
    ("scoring.ScoreModel", "config_hash"),
    ("scoring.Event", "family"),
    ("scoring.Event", "role"),
    ("scoring.Event", "status"),
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
        return "a key of addresses, a code that the product reads, or a name that is a marker itself"
    if isinstance(one, ArrayField):
        return "a list of codes"
    if not isinstance(one, PLAIN):
        return "a number, date, flag, link or document: no text that could be told apart"
    if one.choices:
        return "one of a closed list of codes"
    if one.max_length and one.max_length < SHORTEST:
        return "too short for a marker"
    return ""


def seed(scene: Scene) -> Seeded:
    """Put a marker into every text of every table that has a row in the scene."""
    found = Seeded()
    with as_owner():
        fill(scene)
        for number, ((label, name), compartment) in enumerate(sorted(registry().items())):
            if reason := why_not(apps.get_model(label), name) or put(
                apps.get_model(label), name, marker(number)
            ):
                found.unmarked[label, name] = reason
            else:
                found.markers[marker(number)] = (label, name, compartment.value)
        _mark_by_owner(scene, found)
    return found


# A plain text; only where something stands already; one that tells the rows apart.
WAYS = ('"{column}" = %s', '"{column}" = %s WHERE "{column}" <> \'\'', '"{column}" = %s || \'-\' || "{key}"')


def put(model: type[models.Model], name: str, text: str) -> str:
    """Write the text into the field of every row; nothing when that went well, otherwise why not."""
    meta = model._meta
    words = {"column": meta.get_field(name).column, "key": meta.pk.column if meta.pk else ""}
    refused = ""
    for way in WAYS:
        change = f'UPDATE "{meta.db_table}" SET {way.format(**words)}'
        for guards in (True, False):
            try:
                with transaction.atomic(), nullcontext() if guards else unguarded(meta.db_table):
                    done = rows(f"WITH done AS ({change} RETURNING 1) SELECT count(*) FROM done", text)[0][0]
            except DatabaseError as error:
                refused = refused or f"refused: {str(error).splitlines()[0][:90]}"
                continue
            return "" if done else "no text stands there in the scene"
    return refused


@contextmanager
def unguarded(table: str) -> Iterator[None]:
    """The triggers that keep rows as they are let this change pass."""
    rows("SET CONSTRAINTS ALL IMMEDIATE")
    rows(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
    yield
    rows(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


_OWNED = {
    ("records.AgencyNote", "text"),
    ("records.IntelligenceItem", "sanitised"),
    ("meetings.MeetingCaseGroupGrant", "disclosed_text"),
    ("sharing.IntelligenceItemGroupGrant", "disclosed_text"),
    ("sharing.DocumentGroupGrant", "disclosed_text"),
    ("documents.Document", "title"),
    ("documents.Document", "original_name"),
}


def _mark_by_owner(scene: Scene, found: Seeded) -> None:
    """Notes and documents say whose they are, since that decides who reads them."""
    found.markers = {text: where for text, where in found.markers.items() if where[:2] not in _OWNED}
    addressed = "EXISTS (SELECT 1 FROM records_agencynoteaudience a WHERE a.note_id = n.id)"
    rows(f"UPDATE records_agencynote n SET text = 'Zqnotesharedx' WHERE {addressed}")
    found.markers["Zqnotesharedx"] = ("records.AgencyNote", "text", "note addressed")
    for code in ("police", "probation", "drugs", "lapsed", "youth", "housing"):
        text = f"Zqnote{code}x"
        rows(
            f"UPDATE records_agencynote n SET text = %s WHERE agency_id = %s AND NOT {addressed}",
            text, scene.world[code].pk,
        )  # fmt: skip
        found.markers[text] = ("records.AgencyNote", "text", f"note {code}")
    told = "EXISTS (SELECT 1 FROM sharing_intelligenceitemgroupgrant g WHERE g.content_object_id = i.id)"
    with unguarded("records_intelligenceitem"):
        rows(f"UPDATE records_intelligenceitem i SET sanitised = 'Zqitemtoldx' WHERE {told}")
        rows(f"UPDATE records_intelligenceitem i SET sanitised = 'Zqitemkeptx' WHERE NOT {told}")
    # Words that wait for a second signature stay those of their item.
    rows(
        "UPDATE approvals_approval SET payload = jsonb_set(payload, '{text}', '\"Zqitemkeptx\"')"
        " WHERE payload ->> 'what' = 'item' AND status = 'waiting'"
    )
    for label, name in sorted(_OWNED):
        if name == "disclosed_text":
            rows(f"UPDATE \"{apps.get_model(label)._meta.db_table}\" SET disclosed_text = 'Zqitemtoldx'")
    found.markers["Zqitemtoldx"] = ("records.IntelligenceItem", "sanitised", "disclosed to probation")
    found.markers["Zqitemkeptx"] = ("records.IntelligenceItem", "sanitised", "disclosed")
    for compartment in ("core", "plan", "operations", "intelligence", "victim", "note", "youth"):
        for drugs in (False, True):
            text = f"Zqdoc{'drugs' if drugs else ''}{compartment}x"
            rows(
                "UPDATE documents_document SET title = %s, original_name = %s WHERE compartment = %s"
                " AND (owner_agency_id = %s) = %s",
                text, f"{text}.pdf", compartment, scene.world["drugs"].pk, drugs,
            )  # fmt: skip
            of = "note document" if compartment == "note" else compartment
            found.markers[text] = ("documents.Document", "title", "note drugs" if drugs else of)


def text_of(found: Any) -> str:
    """Everything an answer says: its headers, its body, the words of a PDF."""
    body = b"".join(found.streaming_content) if found.streaming else found.content
    said = "\n".join(f"{name}: {value}" for name, value in found.headers.items())
    said += "\n".join(morsel.OutputString() for morsel in found.cookies.values())
    if found.headers.get("Content-Type", "").startswith("application/pdf"):
        # The bundle of the scene is no real PDF: its bytes are its words.
        with suppress(PyPdfError):
            said += "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(body)).pages)
    return f"{said}\n{body.decode('utf-8', 'replace')}"


_MARKERS = re.compile(r"Zq(?:\d{4}|note[a-z]+?|doc[a-z]+?|item[a-z]+?)x")


def leaks(seeded: Seeded, who: str, said: str) -> Iterator[str]:
    """What the text shows that this visitor may not see."""
    reads = READS[who]
    if any(one.startswith("note ") for one in reads):
        reads = reads | {"note"}
    for text in sorted(set(_MARKERS.findall(said))):
        label, name, compartment = seeded.markers.get(text, ("?", "?", "?"))
        if compartment not in reads:
            yield f"{label}.{name} ({compartment})"
    for name, seen_by in SEES.items():
        if name in said and who not in seen_by:
            yield f"the name of {name}"
