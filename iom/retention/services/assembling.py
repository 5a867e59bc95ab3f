"""Putting together what is held about a person, as the service, in the background (SHR-4)."""

import re
from datetime import datetime

from django.conf import settings
from django.db import transaction

from iom.access.actor import SYSTEM
from iom.accounts.models import User
from iom.accounts.rules import Role
from iom.agencies.models import Agency, Membership, Prison, Unit
from iom.audit.services import record
from iom.notifications.services import notify
from iom.persons.models import Address, Alias, Person
from iom.retention import audit
from iom.retention.models import AccessItem, AccessRequest
from iom.retention.rules.statuses import RequestStatus
from iom.retention.sections import SECTIONS, Subject, propose, text_of
from iom.working_days.rules import local_date

# From the lowest to the highest, as far as naming staff goes.
RANKS = (Role.OFFENDER_MANAGER, Role.SUPERVISOR, Role.INSPECTOR, Role.CENTRAL_SPOC)
# Words with capitals that are nobody's name.
PLAIN = (
    "Prison Hub", "Risk of Reoffending", "Risk of Harm", "Civil Orders", "Crown Court", "Magistrates Court",
    "Northmoor Police", "Who looked", "National Probation Service", "Drug and Alcohol", "Home Office",
)  # fmt: skip

# "75 Railway Terrace": where the person lives is theirs to read, with whom ("c/o Ann Field") is not.
STREET = re.compile(r"\b\d+[A-Za-z]?,?\s+([^\d,]+)$")


def assemble_next(at: datetime) -> bool:
    """Put together one request that waits for it; whether there is more to do."""
    found = (
        AccessRequest.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(status=RequestStatus.ASSEMBLING)
        .select_related("person__home_unit")
        .order_by("due_on", "pk")
        .first()
    )
    if found is None:
        return False
    assemble(found, at=at)
    return True


@transaction.atomic
def assemble(found: AccessRequest, *, at: datetime) -> int:
    """Collect every section anew, with what a rule proposes of each item; how many items there are."""
    subject = subject_of(found.person, at=at)
    rows = []
    for section in SECTIONS:
        for seq, draft in enumerate(section.build(subject), start=1):
            text = text_of(draft.lines)
            proposal = propose(draft, text, subject)
            rows.append(
                AccessItem(
                    request=found,
                    section=section.code,
                    seq=seq,
                    title=draft.title[:200],
                    on=draft.on,
                    text=text,
                    compartment=draft.compartment.value,
                    proposed=proposal.outcome,
                    proposed_marked=proposal.marked,
                    ground=proposal.ground,
                    locked=draft.locked,
                )
            )
    AccessItem.objects.filter(request=found).delete()
    AccessItem.objects.bulk_create(rows, batch_size=500)
    found.status, found.assembled_at = RequestStatus.DECIDING, at
    found.save(update_fields=["status", "assembled_at"])
    record(
        audit.ASSEMBLED,
        by=SYSTEM,
        subjects=[found.person_id],
        detail={"request": found.pk, "items": len(rows)},
    )
    if found.handler_id:
        notify(
            found.handler_id,
            key=f"access-assembled:{found.pk}:{at.isoformat()}",
            kind="subject_access",
            subject="A subject access request is ready to decide",
            body="What is held is put together. Decide each item.",
            url=f"/subject-access/{found.pk}/",
            due_on=found.due_on,
            person_id=found.person_id,
            at=at,
        )
    return len(rows)


def subject_of(person: Person, *, at: datetime) -> Subject:
    """The person, the names that may be read by them, and the staff who are not named to them."""
    own = {
        person.full_name,
        person.given_names,
        person.family_name,
        f"{person.family_name} {person.given_names}",
    }
    for alias in Alias.objects.filter(person=person):
        own |= {alias.family_name, alias.given_names, f"{alias.given_names} {alias.family_name}".strip()}
    for place in Address.objects.filter(person=person):
        own |= {place.town, *STREET.findall(place.line)}
    plain = {
        *PLAIN,
        *Agency.objects.values_list("name", flat=True),
        *Unit.objects.values_list("name", flat=True),
    }
    plain |= set(Prison.objects.values_list("name", flat=True))
    return Subject(
        person,
        local_date(at),
        frozenset(own | plain),
        frozenset(_hidden_staff()),
        settings.SUBJECT_ACCESS_NAMES_STAFF_FROM,
    )


def _hidden_staff() -> set[str]:
    """Everybody who works here, but those of the rank from which staff are named."""
    lowest = settings.SUBJECT_ACCESS_NAMES_STAFF_FROM
    ranks = [role.value for role in RANKS]
    named = ranks[ranks.index(lowest) :] if lowest in ranks else []
    shown = Membership.objects.filter(role__in=named).values("user_id")
    names = set(User.objects.exclude(pk__in=shown).values_list("name", flat=True))
    # Free text says "Hale" as often as "Rowan Hale".
    return {part for name in names for part in (name, name.split()[-1] if name.split() else "")}
