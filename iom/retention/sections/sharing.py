"""To whom information went, and what the person said to that: the ledger of disclosures (NEW-5)."""

from collections.abc import Iterable

from iom.documents.models import Document
from iom.kernel.compartments import Compartment
from iom.retention.sections.drafts import Draft, Section, Subject, withheld
from iom.sharing.models import Consent, Disclosure
from iom.sharing.rules import Medium

_SILENT = (Compartment.INTELLIGENCE, Compartment.OPERATIONS, Compartment.VICTIM)


def ledger(subject: Subject) -> Iterable[Draft]:
    silent = {
        f"{Medium.DOCUMENT.value}:{pk}"
        for pk in Document.objects.filter(person=subject.person, compartment__in=_SILENT).values_list(
            "pk", flat=True
        )
    }
    rows = Disclosure.objects.filter(person=subject.person).select_related("agency").order_by("at")
    for row in rows:
        lines = (
            ("To", row.recipient),
            ("How", row.get_medium_display()),
            ("What", row.what),
            ("For", row.purpose),
            ("Because", row.necessity),
        )
        if row.medium == Medium.ITEM or row.item_ref in silent:
            yield withheld("Disclosure", "intelligence", lines=lines, on=row.at.date(),
                           compartment=Compartment.INTELLIGENCE)  # fmt: skip
        else:
            # A title is given as it is: whoever took it is named in the lines alone, where names are hidden.
            to = row.agency.name if row.agency else "somebody outside"
            yield Draft(f"Given to {to}"[:200], lines, row.at.date(), Compartment.PLAN)


def consents(subject: Subject) -> Iterable[Draft]:
    for row in Consent.objects.filter(person=subject.person).select_related("agency").order_by("said_on"):
        yield Draft(
            f"What you said to sharing with {row.agency.name}",
            (("You", row.get_status_display()), ("For", row.purpose), ("How", row.how)),
            row.said_on,
            Compartment.PLAN,
        )


SECTIONS = (
    Section("ledger", "What was given to whom", ledger, ("sharing.Disclosure",)),
    Section("consents", "What you agreed to", consents, ("sharing.Consent",)),
)
