"""Who may see which person: the ORM's half of what the row policies enforce (SHR-2)."""

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.expressions import RawSQL

from iom.access.actor import Actor
from iom.accounts.rules import DbClass
from iom.kernel.errors import NotFound
from iom.kernel.policies import MY_SHARED_PEOPLE
from iom.persons.models import Person


def visible_to(actor: Actor) -> QuerySet[Person]:
    """Every person the actor may see; lists, counts, searches and exports start here."""
    people = Person.objects.all()
    if actor.db_class == DbClass.SERVICE:
        return people
    if actor.db_class in (DbClass.POLICE, DbClass.AUDITOR):
        if actor.force_wide:
            return people
        units = list(actor.unit_ids)
        named = RawSQL("SELECT unnest(authz.my_named_people())", [], output_field=BigIntegerField())
        return people.filter(Q(home_unit__in=units) | Q(managing_unit__in=units) | Q(pk__in=named))
    if actor.db_class == DbClass.PARTNER:
        return people.extra(where=[f"persons_person.id = ANY {MY_SHARED_PEOPLE}"])  # noqa: S610 (a constant)
    return people.none()


def access_person(actor: Actor, nominal_ref: str, *, lock: bool = False) -> Person:
    """The person with this reference, or NotFound: absent and not yours are one answer."""
    people = visible_to(actor).select_related("home_unit", "managing_unit")
    if lock:
        people = people.select_for_update(of=("self",))
    person = people.filter(nominal_ref=nominal_ref).first()
    if person is None:
        raise NotFound
    return person
