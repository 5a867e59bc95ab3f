"""The table of readers, and what serializers, filters and orders make of it (SHR-2)."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from rest_framework import serializers

from iom.access.actor import SYSTEM, Actor
from iom.access.readers import COMPARTMENT_READERS, compartment_lines, readers, sees
from iom.access.scoped import ScopedSerializer, in_words, said, scoped_filters, scoped_sort
from iom.accounts.rules import DbClass, Role
from iom.kernel import compartments
from iom.kernel.compartments import Compartment, check_compartments, classify, registry
from iom.persons.models import Person

C = Compartment
ActorOf = Callable[..., Actor]


class PersonCard(ScopedSerializer):
    pnc_id = serializers.CharField()
    full_name = serializers.CharField()

    class Meta:
        model = Person
        compartments = {"full_name": C.CORE}
        labels = {"full_name": "Name", "pnc_id": "PNC"}


class Forgotten(ScopedSerializer):
    nickname = serializers.CharField()

    class Meta:
        model = Person


def test_every_field_of_every_table_is_in_exactly_one_compartment() -> None:
    assert check_compartments(None) == []


def test_a_field_left_out_named_twice_or_not_there_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    registry()
    named = [one for one in compartments._named if one[:2] != ("persons.Person", "pnc_id")]
    monkeypatch.setattr(compartments, "_named", named)
    classify("persons.Person", plan="crn", core="shoe_size")

    assert {(one.id, one.msg) for one in check_compartments(None)} == {
        ("iom.E001", "persons.Person.pnc_id is in no compartment."),
        ("iom.E001", "persons.Person.crn is classified twice."),
        ("iom.E001", "persons.Person.shoe_size is classified but does not exist."),
    }


def test_what_is_not_in_the_table_is_read_by_nobody_but_the_system(actor_of: ActorOf) -> None:
    everybody = [actor_of(role) for role in Role]

    for compartment in (C.EQUALITY, C.SYSTEM):
        assert not any(sees(actor, compartment) for actor in everybody)
        assert sees(SYSTEM, compartment)


def test_no_partner_or_auditor_is_in_the_table_for_victims_or_intelligence() -> None:
    for compartment in (C.VICTIM, C.INTELLIGENCE):
        assert not readers(compartment, DbClass.PARTNER)
        assert not readers(compartment, DbClass.AUDITOR)


def test_every_line_of_the_table_says_why_and_every_compartment_has_a_line_on_the_page() -> None:
    lines = {line.code: line for line in compartment_lines()}

    assert all(reader.why.endswith(".") for reader in COMPARTMENT_READERS)
    assert set(lines) == {compartment.value for compartment in C}
    by_role = dict(zip(Role, lines["victim"].cells, strict=True))
    assert by_role[Role.OFFENDER_MANAGER] == "Cases they manage"
    assert by_role[Role.SUPERVISOR] == "Yes"
    assert by_role[Role.PARTNER_MANAGER] == "No"


@pytest.mark.parametrize(
    ("role", "home", "keys"),
    [
        (Role.OFFENDER_MANAGER, {}, ["pnc_id", "full_name"]),
        (Role.PARTNER_PRACTITIONER, {"agency": "drugs"}, ["full_name"]),
        (Role.ADMINISTRATOR, {}, []),
    ],
)
def test_a_hidden_field_is_absent_and_never_null(
    role: Role, home: dict[str, str], keys: list[str], actor_of: ActorOf
) -> None:
    person = Person(pnc_id="", given_names="Kit", family_name="Vane")
    reader, day = actor_of(role, **home), date(2026, 6, 1)

    answer = PersonCard(person, context={"actor": reader, "on": day}).data
    words = said(PersonCard, [person], actor=reader, on=day)[0].lines

    assert list(answer) == keys
    assert {name for name, _, _ in words} == set(keys)


def test_a_field_nobody_placed_is_refused_to_every_reader(actor_of: ActorOf) -> None:
    with pytest.raises(TypeError, match="say its compartment"):
        Forgotten(Person(), context={"actor": actor_of(Role.SUPERVISOR), "on": date(2026, 6, 1)}).data  # noqa: B018


def test_without_a_reader_there_is_no_answer() -> None:
    with pytest.raises(TypeError, match="without its reader"):
        PersonCard(Person(pnc_id="2002/0073319Z")).data  # noqa: B018


def test_neither_filter_nor_order_works_over_what_the_reader_may_not_see(actor_of: ActorOf) -> None:
    needs: dict[str, Any] = {"score": C.OPERATIONS, "name": C.CORE}
    partner, police = actor_of(Role.PARTNER_PRACTITIONER), actor_of(Role.ANALYST)

    assert scoped_filters(partner, {"score": 1, "name": "x"}, needs) == {"name": "x"}
    assert scoped_filters(police, {"score": 1, "name": "x"}, needs) == {"score": 1, "name": "x"}
    assert scoped_sort(partner, "-score", needs, "name") == "name"
    assert scoped_sort(police, "-score", needs, "name") == "-score"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("2026-06-01", "1 June 2026"),
        ("2026-06-01T09:30:00+01:00", "1 June 2026 at 9:30am"),
        ("2026-06-01 or so", "2026-06-01 or so"),
        ({"id": 1, "name": "Ann"}, "Ann"),
        (["Home Trust", "Probation"], "Home Trust, Probation"),
        (None, ""),
        ([], ""),
        (0, "0"),
    ],
)
def test_an_answer_is_said_in_words(value: Any, words: str) -> None:
    assert in_words(value) == words
