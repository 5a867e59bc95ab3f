"""No door past the capture of changes: each audited table, by every way in which a row can be changed (SHR-3)."""

from collections.abc import Callable
from typing import Any

import pytest
from django.apps import apps
from django.db import DatabaseError, ProgrammingError, connection, transaction
from django.utils import timezone

from iom.access.actor import Actor
from iom.access.database import table_policies
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import DbClass, Role
from iom.audit.models import Act, Change
from iom.kernel.policies import TablePolicy
from iom.kernel.reads import tables_of_people
from iom.persons.models import Alias
from tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
AUDITED = [policy for policy in table_policies() if policy.is_audited]
MODELS = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}


def changes(table: str) -> int:
    with as_owner():
        return Change.objects.filter(table_name=table).count()


def test_every_table_that_leads_to_a_person_is_captured_or_says_why_not() -> None:
    by_table = {policy.table: policy for policy in table_policies()}

    silent = [
        table
        for table in sorted(tables_of_people())
        if not by_table[table].is_audited and not by_table[table].unaudited_because
    ]

    assert silent == []


def test_a_table_that_is_captured_gives_no_reason_not_to_be() -> None:
    assert [policy.table for policy in AUDITED if policy.unaudited_because] == []


@pytest.mark.parametrize("policy", AUDITED, ids=lambda policy: policy.table)
def test_the_trigger_stands_on_the_table_for_each_row_and_every_kind_of_change(policy: TablePolicy) -> None:
    with as_owner(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgenabled, tgtype FROM pg_trigger WHERE tgrelid = to_regclass(%s) AND tgname = 'capture_change'",
            [policy.table],
        )
        found = cursor.fetchall()

    # 1 for each row, 4 insert, 8 delete, 16 update; neither before nor instead of.
    assert found == [("O", 1 | 4 | 8 | 16)]


@pytest.mark.parametrize("policy", AUDITED, ids=lambda policy: policy.table)
def test_no_class_may_empty_a_table_at_once(policy: TablePolicy) -> None:
    with as_owner(), connection.cursor() as cursor:
        for name in (*DbClass, "session"):
            cursor.execute("SELECT has_table_privilege(%s, %s, 'TRUNCATE')", [f"iom_{name}", policy.table])
            assert cursor.fetchone() == (False,)


def test_bulk_and_raw_changes_are_captured_row_by_row() -> None:
    person = PersonFactory()
    before = changes("persons_alias")

    with as_owner():
        made = Alias.objects.bulk_create(
            [Alias(person=person, family_name=f"Other{n}", search_name="other") for n in range(5)]
        )
        assert changes("persons_alias") == before + 5
        Alias.objects.filter(person=person).update(given_names="Sam")
        assert changes("persons_alias") == before + 10
        Alias.objects.bulk_update([Alias(pk=made[0].pk, given_names="Alex")], ["given_names"])
        assert changes("persons_alias") == before + 11
        with connection.cursor() as cursor:
            cursor.execute("UPDATE persons_alias SET family_name = 'Raw' WHERE person_id = %s", [person.pk])
            assert changes("persons_alias") == before + 16
            cursor.execute(
                "INSERT INTO persons_alias (person_id, family_name, given_names, search_name)"
                " SELECT %s, 'Copy', '', '' FROM generate_series(1, 3)",
                [person.pk],
            )
            assert changes("persons_alias") == before + 19
        Alias.objects.filter(person=person).delete()
        assert changes("persons_alias") == before + 27
        assert Change.objects.filter(table_name="persons_alias", subject=person.pk).count() == 27


@pytest.mark.parametrize("table", ["persons_alias", "audit_act", "audit_change", "audit_seal"])
def test_the_service_cannot_empty_a_table(table: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="permission denied"),
        as_service(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")


def test_every_audited_table_that_can_be_written_to_by_hand_leaves_a_row() -> None:
    """A row that is there is changed in one column and put back: two changes, whatever the table."""
    PersonFactory()
    unseen: list[str] = []
    tried = 0
    for policy in AUDITED:
        with as_owner(), connection.cursor() as cursor:
            model: Any = MODELS.get(policy.table)
            if model is None:
                continue
            key = model._meta.pk.column
            cursor.execute(f"SELECT count(*) FROM {policy.table}")
            if not cursor.fetchone()[0]:
                continue
            try:
                with transaction.atomic():
                    last = changes(policy.table)
                    cursor.execute(
                        f"DELETE FROM {policy.table} WHERE {key} = (SELECT max({key}) FROM {policy.table})"
                    )
                    tried += 1
                    if changes(policy.table) != last + 1:
                        unseen.append(policy.table)
                    transaction.set_rollback(True)
            except DatabaseError:
                continue
    assert unseen == []
    assert tried >= 1


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.AUDITOR, Role.PARTNER_MANAGER, Role.ADMINISTRATOR])
def test_nobody_writes_an_act_in_the_name_of_another(actor_of: Callable[..., Actor], role: Role) -> None:
    other, actor = actor_of(Role.OFFENDER_MANAGER), actor_of(role)
    act = {
        "at": timezone.now(),
        "kind": "consult",
        "action": "look:profile",
        "user_name": "x",
        "subjects": [],
    }

    with as_actor(actor):
        Act.objects.create(**act, user_id=actor.user_id)
    with pytest.raises(ProgrammingError, match="row-level security"), as_actor(actor):
        Act.objects.create(**act, user_id=other.user_id)
