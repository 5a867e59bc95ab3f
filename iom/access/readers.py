"""Who reads which compartment: the one table that serializers, row policies, the roles page and documents read (SHR-2).

What is not in it is read by nobody. The kinds of agency in it come from `COMPARTMENT_AGENCIES`, whose defaults are the
strict reading; since row policies are written from this table, a change of that setting needs `manage.py migrate`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.conf import settings
from django.db.models import Q
from django.db.models.expressions import RawSQL

from iom.access.actor import Actor
from iom.accounts.rules import ROLES, DbClass, Power, Role, may
from iom.agencies.rules import AGENCY_KIND_LABELS, AgencyKind, DataClass
from iom.kernel.compartments import COMPARTMENT_LABELS, COMPARTMENT_MEANING, Compartment
from iom.kernel.policies import ids_from


class Only(StrEnum):
    """Which of the rows within reach a reader gets."""

    REACH = "reach"
    MANAGED = "managed"
    OWN_AGENCY = "own_agency"
    DISCLOSED = "disclosed"
    OWN = "own"


ONLY_WORDS = {
    Only.REACH: "",
    Only.MANAGED: "cases they manage",
    Only.OWN_AGENCY: "own agency's, and those addressed to it",
    Only.DISCLOSED: "items disclosed to the agency",
    Only.OWN: "their own acts",
}


@dataclass(frozen=True)
class Reader:
    """One line: who of a class reads a compartment, and why, in a sentence for the roles page."""

    compartment: Compartment
    db_class: DbClass
    why: str
    powers: frozenset[Power] = frozenset()
    agency_kinds: frozenset[AgencyKind] | None = None
    only: Only = Only.REACH

    def admits(self, actor: Actor) -> bool:
        """Whether this line lets the actor read some row of the compartment."""
        kinds = self.agency_kinds
        return (
            actor.db_class == self.db_class
            and all(actor.may(power) for power in self.powers)
            and (kinds is None or actor.agency_kind in kinds)
        )

    @property
    def roles(self) -> tuple[Role, ...]:
        """The roles of the class that have every power asked for."""
        return tuple(role for role in _of_class(self.db_class) if all(may(role, p) for p in self.powers))


def _of_class(db_class: DbClass) -> list[Role]:
    return [role for role in Role if ROLES[role].db_class == db_class]


def agency_kinds_told(what: str) -> frozenset[AgencyKind]:
    """The kinds of partner agency that a deployment lets read a compartment, or where a child lives (`child_core`)."""
    return frozenset(AgencyKind(kind) for kind in settings.COMPARTMENT_AGENCIES[what])


def agencies_for(compartment: Compartment) -> frozenset[AgencyKind]:
    """The kinds of partner agency that a deployment lets read a compartment."""
    return agency_kinds_told(compartment.value)


_SUPERVISING = frozenset({Power.ALLOCATE})
_C, _D = Compartment, DbClass


COMPARTMENT_READERS: tuple[Reader, ...] = (
    Reader(_C.CORE, _D.POLICE, "Police know whom they manage."),
    Reader(_C.CORE, _D.PARTNER, "A partner knows whom it works with, once that person is shared with it."),
    Reader(_C.CORE, _D.AUDITOR, "An auditor sees whose record was handled."),
    Reader(_C.IDENTIFIER, _D.POLICE, "Police find people in other police systems by them."),
    Reader(
        _C.IDENTIFIER,
        _D.PARTNER,
        "Criminal justice agencies use the same numbers; other partners have no use for them.",
        agency_kinds=agencies_for(_C.IDENTIFIER),
    ),
    Reader(_C.PLAN, _D.POLICE, "The plan is shared work."),
    Reader(_C.PLAN, _D.PARTNER, "The plan is shared work."),
    Reader(_C.PLAN, _D.AUDITOR, "Compliance is checked case by case."),
    Reader(_C.OPERATIONS, _D.POLICE, "Police operations stay with the police."),
    Reader(_C.OPERATIONS, _D.AUDITOR, "An auditor checks how scores, tags and boards were used."),
    Reader(
        _C.INTELLIGENCE,
        _D.POLICE,
        "Intelligence stays with police officers and staff who work with it.",
        powers=frozenset({Power.READ_INTELLIGENCE}),
    ),
    Reader(
        _C.DISCLOSED,
        _D.POLICE,
        "Whoever works with intelligence sees what was made of it for partners.",
        powers=frozenset({Power.READ_INTELLIGENCE}),
    ),
    Reader(
        _C.DISCLOSED,
        _D.PARTNER,
        "A partner reads the sanitised text of an item while its disclosure to the agency is in force.",
        only=Only.DISCLOSED,
    ),
    Reader(
        _C.VICTIM,
        _D.POLICE,
        "Supervision answers for victims' safety.",
        powers=frozenset({Power.READ_VICTIMS}) | _SUPERVISING,
    ),
    Reader(
        _C.VICTIM,
        _D.POLICE,
        "The manager of a case must know whom to keep safe.",
        powers=frozenset({Power.READ_VICTIMS}),
        only=Only.MANAGED,
    ),
    Reader(
        _C.NOTE,
        _D.POLICE,
        "Police read police notes, and what an agency addresses to them.",
        powers=frozenset({Power.WRITE_NOTES}),
        only=Only.OWN_AGENCY,
    ),
    Reader(
        _C.NOTE,
        _D.PARTNER,
        "An agency reads its own notes, and what another addresses to it.",
        powers=frozenset({Power.WRITE_NOTES}),
        only=Only.OWN_AGENCY,
    ),
    Reader(
        _C.YOUTH,
        _D.POLICE,
        "Supervision answers for how children are dealt with.",
        powers=frozenset({Power.READ_YOUTH}) | _SUPERVISING,
    ),
    Reader(
        _C.YOUTH,
        _D.POLICE,
        "The manager of a child's case works with school, family and care.",
        powers=frozenset({Power.READ_YOUTH}),
        only=Only.MANAGED,
    ),
    Reader(
        _C.YOUTH,
        _D.PARTNER,
        "Youth justice leads for children.",
        powers=frozenset({Power.WRITE_NOTES}),
        agency_kinds=agencies_for(_C.YOUTH),
    ),
    Reader(
        _C.EXPLOITATION,
        _D.POLICE,
        "Whoever may meet the person must know that they are exploited.",
        powers=frozenset({Power.READ_EXPLOITATION}),
    ),
    Reader(
        _C.EXPLOITATION,
        _D.PARTNER,
        "Youth justice keeps exploited children safe.",
        powers=frozenset({Power.WRITE_NOTES}),
        agency_kinds=agencies_for(_C.EXPLOITATION),
    ),
    *(
        Reader(_C.STRUCTURE, db_class, "Everybody must know whom to call.")
        for db_class in (_D.POLICE, _D.PARTNER, _D.AUDITOR, _D.ADMIN)
    ),
    Reader(
        _C.ACCOUNT, _D.ADMIN, "Administrators keep people's sign-ins.", powers=frozenset({Power.ADMINISTER})
    ),
    Reader(_C.AUDIT, _D.AUDITOR, "Auditors read who did what.", powers=frozenset({Power.SEE_AUDIT})),
    Reader(
        _C.AUDIT,
        _D.POLICE,
        "Supervision reads what its own team did.",
        powers=frozenset({Power.SEE_AUDIT}),
    ),
)

ABSENT_WORDS: Mapping[Compartment, str] = {
    Compartment.IDENTIFIER: "PNC and CRO numbers are not shown to this agency.",
    Compartment.OPERATIONS: "Scores, tags and police tactics are not shown to partner agencies.",
    Compartment.INTELLIGENCE: "Police intelligence is not shown to partner agencies, but for an item disclosed to one.",
    Compartment.VICTIM: "Information about victims is not shown to partner agencies.",
    Compartment.NOTE: "An agency's notes are shown to that agency and to those it names.",
}
"""What a person's page tells a partner about what it leaves out. It is told of every person alike, whether or not
anything is held, so that it reveals nothing; of children and of exploitation nothing is said at all."""


def readers(compartment: Compartment, db_class: DbClass) -> list[Reader]:
    """The lines of one compartment for one class."""
    return [r for r in COMPARTMENT_READERS if r.compartment == compartment and r.db_class == db_class]


def sees(actor: Actor, compartment: Compartment) -> bool:
    """Whether the actor reads this compartment of at least some person within reach; the system itself reads all."""
    if actor.db_class == DbClass.SERVICE:
        return True
    if not covered(actor, compartment):
        return False
    return any(reader.admits(actor) for reader in readers(compartment, actor.db_class))


def not_shown(actor: Actor) -> list[str]:
    """What a partner is told of what every person's page leaves out; the same of everybody, so that it says nothing."""
    if not actor.is_partner:
        return []
    return [words for compartment, words in ABSENT_WORDS.items() if not sees(actor, compartment)]


def covered(actor: Actor, compartment: Compartment) -> bool:
    """Whether the agreements of a partner's agency cover the compartment; a question for partners alone."""
    if actor.db_class != DbClass.PARTNER or compartment.value not in DATA_CLASSES:
        return True
    return compartment.value in actor.data_classes


def rows_read(actor: Actor, compartment: Compartment) -> frozenset[Only]:
    """Which rows of the compartment the actor reads, as far as the table says."""
    if actor.db_class == DbClass.SERVICE:
        return frozenset({Only.REACH})
    if not covered(actor, compartment):
        return frozenset()
    return frozenset(r.only for r in readers(compartment, actor.db_class) if r.admits(actor))


def limit(actor: Actor, compartment: Compartment, path: str = "person") -> Q | None:
    """What narrows an actor's rows of a compartment beyond reach, for the person at `path`; None for no limit."""
    only = rows_read(actor, compartment)
    if actor.db_class == DbClass.PARTNER and only and compartment.value in BY_PERSON:
        return Q(**{f"{path}__in": people_with(compartment)})
    if Only.REACH in only:
        return None
    if Only.MANAGED in only:
        return Q(**{f"{path}__in": managed_people()})
    # Which rows are an agency's own, or disclosed to it, only the app of the table can say.
    return None if only else Q(pk__in=[])


def people_with(compartment: Compartment) -> RawSQL:
    """The people of whom this compartment is shared with the reader's agency today."""
    return ids_from("my_people_with", compartment.value)


def managed_people() -> RawSQL:
    """The people whose open case the reader manages."""
    return ids_from("my_managed_people")


DATA_CLASSES = frozenset(code.value for code in DataClass)
"""What an agreement may cover; whatever is not among them is no matter of agreements."""
BY_PERSON = DATA_CLASSES - {DataClass.CORE.value, DataClass.DISCLOSED.value}
"""Those that stand in tables of their own, so that a share can leave them out: core goes with the person's own row,
and disclosed items with their grants."""
MY_MANAGED_PEOPLE = "((SELECT authz.my_managed_people())::bigint[])"


def my_people_with(compartment: Compartment | str) -> str:
    """The same for row policies: `person_id = ANY {my_people_with("plan")}`."""
    return f"((SELECT authz.my_people_with('{Compartment(compartment).value}'))::bigint[])"


def condition(compartment: Compartment, db_class: DbClass, person: str = "person_id") -> str:
    """The table as SQL for the row policy of a class, beyond the person being within reach; `false` for nobody."""
    found = [_sql(reader, person) for reader in readers(compartment, db_class)]
    return " OR ".join(f"({one})" for one in found) or "false"


def _sql(reader: Reader, person: str) -> str:
    parts = []
    if len(reader.roles) < len(_of_class(reader.db_class)):
        parts.append(f"(SELECT authz.my_role()) = ANY ({_array(reader.roles)})")
    if reader.agency_kinds is not None:
        parts.append(f"(SELECT authz.my_agency_kind()) = ANY ({_array(reader.agency_kinds)})")
    if reader.db_class == DbClass.PARTNER and reader.compartment.value in BY_PERSON:
        parts.append(f"{person} = ANY {my_people_with(reader.compartment)}")
    if reader.only == Only.MANAGED:
        parts.append(f"{person} = ANY {MY_MANAGED_PEOPLE}")
    return " AND ".join(parts) or "true"


def told_of_children(born: str) -> str:
    """SQL for partners: whoever was born on `born` is no child, or the agency is of a kind told where one lives."""
    kinds = _array(agency_kinds_told("child_core"))
    adult = f"({born} IS NULL OR {born} <= authz.today() - interval '18 years')"
    return f"({adult} OR (SELECT authz.my_agency_kind()) = ANY ({kinds}))"


def _array(codes: "tuple[Role, ...] | frozenset[AgencyKind]") -> str:
    return "'{" + ",".join(sorted(code.value for code in codes)) + "}'::text[]"


@dataclass(frozen=True)
class CompartmentLine:
    """A compartment with what it holds, what each role reads of it (`Yes`, `No` or which), and why."""

    code: str
    label: str
    meaning: str
    cells: tuple[str, ...]
    reasons: tuple[tuple[str, str], ...]
    """Who reads it and why: pairs of words."""


def compartment_lines(roles: tuple[Role, ...] = tuple(Role)) -> list[CompartmentLine]:
    """The table as the roles page and `docs/security.md` show it: a line per compartment, a cell per role."""
    return [
        CompartmentLine(
            compartment.value,
            COMPARTMENT_LABELS[compartment],
            COMPARTMENT_MEANING[compartment],
            tuple(cell(role, compartment) for role in roles),
            tuple(
                (_who(reader), reader.why)
                for reader in COMPARTMENT_READERS
                if reader.compartment == compartment
            ),
        )
        for compartment in Compartment
    ]


def cell(role: Role, compartment: Compartment) -> str:
    """What a role reads of a compartment, in a few words."""
    lines = [
        r
        for r in readers(compartment, ROLES[role].db_class)
        if role in r.roles and r.agency_kinds != frozenset()
    ]
    if not lines:
        return "No"
    if any(r.only == Only.REACH and r.agency_kinds is None for r in lines):
        return "Yes"
    return "; ".join(dict.fromkeys(_which(reader) for reader in lines)).capitalize()


def _which(reader: Reader) -> str:
    return ", ".join(filter(None, [_kinds(reader), ONLY_WORDS[reader.only]]))


def _kinds(reader: Reader) -> str:
    kinds = sorted(reader.agency_kinds or (), key=list(AgencyKind).index)
    return ", ".join(AGENCY_KIND_LABELS[kind].lower() for kind in kinds)


def _who(reader: Reader) -> str:
    roles = ", ".join(ROLES[role].label for role in reader.roles)
    which = _which(reader)
    return f"{roles} ({which})" if which else roles
