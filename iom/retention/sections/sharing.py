"""To whom information went, and what the person said to that: the ledger of disclosures (NEW-5)."""

from collections.abc import Iterable

from iom.kernel.compartments import Compartment
from iom.retention.sections.drafts import Draft, Section, Subject, withheld
from iom.sharing.models import Consent, Disclosure
from iom.sharing.rules import Medium


def ledger(subject: Subject) -> Iterable[Draft]:
    for row in Disclosure.objects.filter(person=subject.person).order_by("at"):
        lines = (
            ("To", row.recipient),
            ("How", row.get_medium_display()),
            ("What", row.what),
            ("For", row.purpose),
            ("Because", row.necessity),
        )
        if row.medium == Medium.ITEM:
            yield withheld("Disclosure", "intelligence", lines=lines, on=row.at.date(),
                           compartment=Compartment.INTELLIGENCE)  # fmt: skip
        else:
            yield Draft(f"Given to {row.recipient}"[:200], lines, row.at.date(), Compartment.PLAN)


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
