"""How the audit names the people an act was about: only those its reader may see (SHR-2, SHR-3)."""

from collections.abc import Collection, Mapping

from django.db.models import Q

from iom.access.actor import Actor
from iom.audit.subjects import Namer, Subject
from iom.kernel.errors import Invalid
from iom.persons.models import Merge
from iom.persons.permissions import kept_of, visible_to


def names(actor: Actor, ids: Collection[int]) -> Mapping[int, Subject]:
    """The people among these ids whom the actor may see."""
    people = visible_to(actor).filter(pk__in=list(ids)).only("nominal_ref", "given_names", "family_name")
    return {
        person.pk: Subject(person.pk, person.full_name, person.nominal_ref, f"/people/{person.nominal_ref}/")
        for person in people
    }


def find(actor: Actor, reference: str) -> int | None:
    """The person with this nominal reference, if the actor may see them."""
    code = reference.upper().replace(" ", "")
    people = visible_to(actor).filter(Q(nominal_ref=code) | Q(pk__in=kept_of(code)))
    found: int | None = people.values_list("pk", flat=True).first()
    return found


def records(person_id: int) -> list[int]:
    """The person's number, and those of the records that stand merged into theirs."""
    merged = Merge.objects.filter(survivor=person_id, undone_at__isnull=True).values_list(
        "merged_id", flat=True
    )
    return [person_id, *merged]


def typed_reference(actor: Actor, text: str, *, field: str = "person") -> str:
    """The reference that was typed into a form, or Invalid at its field: absent and not yours are one answer."""
    if find(actor, text) is None:
        raise Invalid({field: ["There is nobody with this reference whom you may see"]})
    return text.upper().replace(" ", "")


NAMER = Namer(names=names, find=find, records=records)
