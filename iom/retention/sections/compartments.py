"""Intelligence, victims, notes, children, exploitation, tactics, and documents by their titles.

What is held of a victim, and what another agency wrote down for itself, is not copied into a request at all: the item
says that it is there and is withheld, whoever decides.
"""

from collections.abc import Iterable

from iom.agencies.rules import AgencyKind
from iom.documents.models import Document
from iom.kernel.compartments import Compartment
from iom.records.models import (
    AgencyNote,
    ExploitationRecord,
    IntelligenceItem,
    IntelligenceSource,
    OperationalTactic,
    VictimRecord,
    YouthRecord,
)
from iom.retention.sections.cases import CLINICAL
from iom.retention.sections.drafts import Draft, Section, Subject, withheld


def intelligence(subject: Subject) -> Iterable[Draft]:
    sources = {s.item_id: s for s in IntelligenceSource.objects.filter(person=subject.person)}
    for row in IntelligenceItem.objects.filter(person=subject.person).order_by("recorded_at"):
        source = sources.get(row.pk)
        yield withheld(
            "Intelligence item",
            "intelligence",
            lines=(
                ("Title", source.title if source else ""),
                ("Content", source.content if source else ""),
                ("Sanitised", row.sanitised),
            ),
            on=row.occurred_on or row.recorded_at.date(),
            compartment=Compartment.INTELLIGENCE,
        )
    for tactic in OperationalTactic.objects.filter(person=subject.person).order_by("valid_from"):
        yield withheld("Tactic", "operation", lines=(("Text", tactic.text),), on=tactic.valid_from)


def victims(subject: Subject) -> Iterable[Draft]:
    for row in VictimRecord.objects.filter(person=subject.person).order_by("recorded_at"):
        yield withheld(
            "Victim", "victim", on=row.recorded_at.date(), compartment=Compartment.VICTIM, locked=True
        )


def notes(subject: Subject) -> Iterable[Draft]:
    for row in (
        AgencyNote.objects.filter(person=subject.person).select_related("agency").order_by("recorded_at")
    ):
        day = row.recorded_at.date()
        if row.agency.kind == AgencyKind.POLICE:
            yield Draft("Note by the police", (("Text", row.text),), day, Compartment.PLAN)
        else:
            ground = "clinical" if row.agency.kind in CLINICAL else "other_controller"
            yield withheld(
                f"Note of {row.agency.name}", ground, on=day, compartment=Compartment.NOTE, locked=True
            )


def youth(subject: Subject) -> Iterable[Draft]:
    for row in YouthRecord.objects.filter(person=subject.person).order_by("starts_on"):
        yield Draft(
            "Record as a child",
            (
                ("School", row.school),
                ("Youth justice worker", row.worker),
                ("Guardian", row.guardian),
                ("Guardian's contact", row.guardian_contact),
                ("Care", row.get_care_status_display()),
                ("Court orders", row.court_orders),
                ("Move to adult services", row.transition),
            ),
            row.starts_on,
            Compartment.YOUTH,
            names=(row.worker, row.guardian, row.guardian_contact),
        )


def exploitation(subject: Subject) -> Iterable[Draft]:
    for row in ExploitationRecord.objects.filter(person=subject.person).order_by("recorded_at"):
        yield Draft(
            "Exploitation",
            (
                ("Kind", row.get_kind_display()),
                ("Indicators", row.indicators),
                ("National referral mechanism", row.get_nrm_status_display()),
                ("Referred", row.nrm_referred_on),
                ("Safeguarding lead", row.safeguarding_lead),
            ),
            row.recorded_at.date(),
            Compartment.EXPLOITATION,
            names=(row.safeguarding_lead,),
        )
        yield withheld("Exploitation: how you are dealt with", "operation", lines=(("Tactics", row.tactics),),
                       on=row.recorded_at.date(), compartment=Compartment.EXPLOITATION)  # fmt: skip


def documents(subject: Subject) -> Iterable[Draft]:
    rows = Document.objects.filter(person=subject.person, file_removed_at__isnull=True)
    for row in rows.select_related("owner_agency").order_by("uploaded_at"):
        compartment, day = Compartment(row.compartment), row.uploaded_at.date()
        if compartment == Compartment.VICTIM:
            yield withheld("Document on a victim", "victim", on=day, compartment=compartment, locked=True)
        elif row.owner_agency.kind != AgencyKind.POLICE:
            yield withheld(f"Document of {row.owner_agency.name}", "other_controller", on=day,
                           compartment=Compartment.NOTE, locked=True)  # fmt: skip
        else:
            ground = "intelligence" if compartment == Compartment.INTELLIGENCE else "operation"
            lines = (("Kind", row.get_type_display()), ("Title", row.title))
            if compartment in (Compartment.INTELLIGENCE, Compartment.OPERATIONS):
                yield withheld("Document", ground, lines=lines, on=day, compartment=compartment)
            else:
                beside = ("", "The document itself is given beside this answer.")
                yield Draft("Document", (*lines, beside), day, compartment)


SECTIONS = (
    Section("intelligence", "Intelligence and operations", intelligence,
            ("records.IntelligenceItem", "records.IntelligenceSource", "records.OperationalTactic")),
    Section("victims", "Victims", victims, ("records.VictimRecord",)),
    Section("notes", "Notes", notes, ("records.AgencyNote", "records.AgencyNoteAudience")),
    Section("youth", "As a child", youth, ("records.YouthRecord",)),
    Section("exploitation", "Exploitation", exploitation, ("records.ExploitationRecord",)),
    Section("documents", "Documents", documents, ("documents.Document", "documents.DocumentAudience")),
)  # fmt: skip
