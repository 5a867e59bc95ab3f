"""Who may see which person: the ORM's half of what the row policies enforce (SHR-2)."""

from django.db.models import BigIntegerField, Q, QuerySet
from django.db.models.expressions import RawSQL

from iom.access.actor import Actor
from iom.accounts.rules import DbClass
from iom.kernel.errors import NotFound
from iom.persons.models import Person


def _people_of(function: str) -> RawSQL:
    """The ids that one of the functions of `authz` gives; its name is one of two written below."""
    return RawSQL(f"SELECT unnest(authz.{function}())", [], output_field=BigIntegerField())  # noqa: S611


def reach(actor: Actor, path: str = "") -> Q | None:
    """The condition on the person at `path` that an actor's reach comes to; None for no limit.

    Everything that leads to a person asks here: `reach(actor, "case__person")`; without a path, of persons themselves.
    """
    before = f"{path}__" if path else ""
    if actor.db_class == DbClass.SERVICE:
        return None
    if actor.db_class in (DbClass.POLICE, DbClass.AUDITOR):
        if actor.force_wide:
            return None
        units = list(actor.unit_ids)
        return (
            Q(**{f"{before}home_unit__in": units})
            | Q(**{f"{before}managing_unit__in": units})
            | Q(**{f"{before}pk__in": _people_of("my_named_people")})
        )
    if actor.db_class == DbClass.PARTNER:
        return Q(**{f"{before}pk__in": _people_of("my_shared_people")})
    return Q(pk__in=[])


def visible_to(actor: Actor) -> QuerySet[Person]:
    """Every person the actor may see; lists, counts, searches and exports start here."""
    limit = reach(actor)
    return Person.objects.all() if limit is None else Person.objects.filter(limit)


def access_person(actor: Actor, nominal_ref: str, *, lock: bool = False) -> Person:
    """The person with this reference, or NotFound: absent and not yours are one answer."""
    people = visible_to(actor).select_related("home_unit", "managing_unit")
    if lock:
        people = people.select_for_update(of=("self",))
    person = people.filter(nominal_ref=nominal_ref).first()
    if person is None:
        raise NotFound
    return person
