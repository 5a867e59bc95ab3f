"""Who may see which person: the ORM's half of what the row policies enforce (SHR-2)."""

from collections.abc import Iterable
from typing import Any

from django.db.models import BigAutoField, BigIntegerField, DateField, Lookup, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now

from iom.access.actor import Actor
from iom.access.grants import may_keep
from iom.access.models import PersonUserGrant
from iom.access.readers import agency_kinds_told, limit, sees
from iom.access.rules import GrantKind
from iom.access.scope import as_service
from iom.accounts.rules import DbClass, Power
from iom.kernel.compartments import Compartment
from iom.kernel.errors import Forbidden, NotFound
from iom.kernel.policies import ids_from
from iom.persons.models import Duplicate, Merge, Person


def _array_of(function: str) -> RawSQL:
    """The ids that a function of `authz` gives as one array, worked out once, so that an index is asked for each."""
    return RawSQL(f"((SELECT authz.{function}())::bigint[])", [], output_field=BigIntegerField())  # noqa: S611


@BigAutoField.register_lookup
class EqualsAny(Lookup):  # type: ignore[type-arg]
    """`id = ANY(array)`: unlike IN over a subquery it lets the planner walk an index and join it with others by OR."""

    lookup_name = "any_of"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        left, of_left = self.process_lhs(compiler, connection)
        right, of_right = self.process_rhs(compiler, connection)
        return f"{left} = ANY ({right})", [*of_left, *of_right]


@BigAutoField.register_lookup
class IsSharedWithMe(Lookup):  # type: ignore[type-arg]
    """Whether a person is shared with the reader's agency, asked of that one person and not of its whole list."""

    lookup_name = "is_shared_with_me"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        left, of_left = self.process_lhs(compiler, connection)
        return f"authz.is_shared_with_me({left})", [*of_left]


def not_hidden(path: str) -> Q:
    """That the row at `path` names nobody restricted, or the reader is named on the record too."""
    return ~Q(**{f"{path}__in": ids_from("hidden_people")})


def reach(actor: Actor, path: str = "", *, few: bool = False) -> Q | None:
    """The condition on the person at `path` that an actor's reach comes to; None for no limit: the system alone.

    Everything that leads to a person asks here: `reach(actor, "case__person")`; without a path, of persons themselves.
    A restricted person is within nobody's reach but theirs who are named on the record. `few` says that other
    conditions leave a handful of rows: then each is asked about, and no list of an agency's people is made for them.
    """
    before = f"{path}__" if path else ""
    if actor.db_class == DbClass.SERVICE:
        return None
    named = Q(**{f"{before}pk__any_of": _array_of("my_named_people")})
    open_to_all = Q(**{f"{before}is_restricted": False})
    if actor.db_class in (DbClass.POLICE, DbClass.AUDITOR):
        if actor.force_wide:
            return not_hidden(path) if path else open_to_all | named
        units = list(actor.unit_ids)
        own = Q(**{f"{before}home_unit__in": units}) | Q(**{f"{before}managing_unit__in": units})
        return (open_to_all & own) | named
    if actor.db_class == DbClass.PARTNER:
        one_by_one, listed = f"{before}pk__is_shared_with_me", f"{before}pk__any_of"
        shared = Q(**{one_by_one: True} if few else {listed: _array_of("my_shared_people")})
        return shared & (open_to_all | named)
    return Q(pk__in=[])


def visible_to(actor: Actor, *, few: bool = False) -> QuerySet[Person]:
    """Every person the actor may see; lists, counts, searches and exports start here. `few`: see `reach`."""
    limit = reach(actor, few=few)
    return Person.objects.all() if limit is None else Person.objects.filter(limit)


def access_person(actor: Actor, nominal_ref: str, *, lock: bool = False) -> Person:
    """The person with this reference, or NotFound: absent and not yours are one answer."""
    people = visible_to(actor, few=True).select_related("home_unit", "managing_unit")
    if lock:
        people = people.select_for_update(of=("self",))
    person = (
        people.filter(nominal_ref=nominal_ref).first() or people.filter(pk__in=kept_of(nominal_ref)).first()
    )
    if person is None:
        raise NotFound
    return person


def is_visible(actor: Actor, nominal_ref: str) -> bool:
    """Whether the actor sees the person with this reference, of a merged record too."""
    known = Q(nominal_ref=nominal_ref) | Q(pk__in=kept_of(nominal_ref))
    return visible_to(actor, few=True).filter(known).exists()


def kept_of(nominal_ref: str) -> QuerySet[Merge, Any]:
    """The number of the record that is kept, for the reference of one that was merged into it."""
    return Merge.objects.filter(merged_ref=nominal_ref, undone_at__isnull=True).values("survivor_id")


def duplicates_visible_to(actor: Actor) -> QuerySet[Duplicate]:
    """The pairs of which the actor sees both records: one that is invisible is never told of."""
    people = visible_to(actor).values("pk")
    return Duplicate.objects.filter(left__in=people, right__in=people).select_related(
        "left__home_unit", "right__home_unit"
    )


def access_duplicate(actor: Actor, pair_id: int, *, lock: bool = False) -> Duplicate:
    """The pair, or NotFound: absent and not yours are one answer."""
    pairs = duplicates_visible_to(actor)
    if lock:
        pairs = pairs.select_for_update(of=("self",))
    found = pairs.filter(pk=pair_id).first()
    if found is None:
        raise NotFound
    return found


def merges_visible_to(actor: Actor) -> QuerySet[Merge]:
    """The merges of which the actor sees the record that is kept; of those taken back, both records."""
    people = visible_to(actor).values("pk")
    seen = Merge.objects.filter(Q(undone_at__isnull=True) | Q(merged__in=people), survivor__in=people)
    return seen.select_related("survivor", "done_by", "undone_by")


def access_merge(actor: Actor, merge_id: int) -> Merge:
    """The merge, or NotFound; the record that went must lie in the actor's reach as it did before."""
    found = merges_visible_to(actor).filter(pk=merge_id).first()
    if found is None or only_opened(actor, found.survivor):
        raise NotFound
    with as_service():
        gone = Person.objects.get(pk=found.merged_id)
    mine = {gone.home_unit_id, gone.managing_unit_id} & set(actor.unit_ids)
    if not (actor.force_wide or mine):
        raise NotFound
    return found


def only_opened(actor: Actor, person: Person) -> bool:
    """Whether the actor sees a person by an opening alone: to read, not to act for their district."""
    own_unit = bool({person.home_unit_id, person.managing_unit_id} & set(actor.unit_ids))
    if actor.db_class != DbClass.POLICE or (not person.is_restricted and (actor.force_wide or own_unit)):
        return False
    today = RawSQL("authz.today()", [], output_field=DateField())
    named = PersonUserGrant.objects.filter(
        Q(expires_on__isnull=True) | Q(expires_on__gt=today),
        Q(expires_at__isnull=True) | Q(expires_at__gt=Now()),
        user=actor.user_id,
        content_object=person,
        kind=GrantKind.NAMED,
        ended_at__isnull=True,
    )
    return not named.exists()


def require_more_than_opened(actor: Actor, person: Person) -> None:
    """Forbidden for whoever sees the person by an opening alone."""
    if only_opened(actor, person):
        raise Forbidden


def require_keeper(actor: Actor, person: Person) -> None:
    """Forbidden where the database would refuse to let the actor name others, restrict or lift (SHR-2)."""
    if person.is_restricted:
        actor.require(Power.RESTRICT_RECORD)
    if not may_keep(person.pk):
        raise Forbidden("This is not yours to open to others.")


def sees_address(actor: Actor, *, is_child: bool) -> bool:
    """Whether somebody is told where a person lives: of a child, a partner only if it is of a kind that is told."""
    return not (is_child and actor.is_partner) or actor.agency_kind in agency_kinds_told("child_core")


def reads_of(actor: Actor, compartment: Compartment, person_id: int) -> bool:
    """Whether the actor reads a compartment of this very person: a manager, for one, only of whom they manage."""
    return person_id in read_of(actor, compartment, [person_id])


def read_of(actor: Actor, compartment: Compartment, people: Iterable[int]) -> frozenset[int]:
    """Of these people, by number, those of whom the actor reads a compartment; one query at most."""
    return frozenset(readable(actor, compartment, people))


def readable(
    actor: Actor, compartment: Compartment, people: Iterable[int]
) -> QuerySet[Person, int] | frozenset[int]:
    """The same, and where they must be looked up the query for them, to be read together with others."""
    asked = frozenset(people)
    if not sees(actor, compartment) or not asked:
        return frozenset()
    further = limit(actor, compartment, "pk")
    if further is None:
        return asked
    return Person.objects.filter(further, pk__in=asked).values_list("pk", flat=True)
