"""A version of a score from draft to use (SCO-1, SCO-4, scoring.md 2.11): each step by whom it may be taken."""

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest
from django.db import DatabaseError, connection, transaction

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner
from iom.accounts.rules import ROLES, Power, Role
from iom.audit.models import Act
from iom.kernel.errors import Forbidden, Invalid, Refused
from scoring import pricing
from scoring.models import ScoreModel, ThreatAlert
from scoring.rules.lifecycle import TRANSITIONS, next_version
from scoring.rules.tables import NOT_YET, TABLES, Content, problems_of, rows_of, with_rows
from scoring.selectors.versions import content_of, differences
from scoring.services import adoption, runs
from scoring.services.drafts import change_draft, edition, start_draft
from scoring.services.models import config_of
from scoring.shipped import models as shipped
from scoring.shipped import reasons
from tests.factories import PersonFactory, UserFactory
from tests.scoring.factories import AT_NIGHT, TODAY, EventFactory, model_in_use
from tests.scoring.life import WHY, asked_for, compared, drafted, shadowed, signed

pytestmark = pytest.mark.django_db
ActorOf = Callable[..., Actor]
DAY = timedelta(days=1)


@pytest.fixture
def author(actor_of: ActorOf) -> Actor:
    return actor_of(Role.ANALYST)


@pytest.fixture
def chair(actor_of: ActorOf) -> Actor:
    return actor_of(Role.CENTRAL_SPOC)


@pytest.fixture
def in_use() -> ScoreModel:
    return model_in_use(reasons=reasons("ROR", "1.0.0"))


def status_of(row: ScoreModel) -> str:
    with as_owner():
        return ScoreModel.objects.get(pk=row.pk).status


def test_a_draft_says_what_its_source_says_under_the_next_number(author: Actor, in_use: ScoreModel) -> None:
    draft = drafted(in_use, by=author)

    assert (draft.version, draft.status, draft.author_id) == ("1.1.0", "draft", author.user_id)
    assert draft.made_from == in_use
    assert draft.config == {**in_use.config, "version": "1.1.0"}
    assert draft.reasons == in_use.reasons
    assert draft.config_hash != in_use.config_hash


@pytest.mark.parametrize(
    ("existing", "step", "wanted"),
    [
        (["1.0.0"], "patch", "1.0.1"),
        (["1.9.0", "1.10.0"], "minor", "1.11.0"),
        (["0.1.0", "0.9.3"], "major", "1.0.0"),
    ],
)
def test_a_new_number_comes_after_every_number_there_is(existing: list[str], step: str, wanted: str) -> None:
    assert next_version(existing, step) == wanted


def test_only_analysts_and_the_central_point_of_contact_draft(actor_of: ActorOf, in_use: ScoreModel) -> None:
    may = {role for role, row in ROLES.items() if Power.DRAFT_SCORE_MODEL in row.powers}
    assert may == {Role.ANALYST, Role.CENTRAL_SPOC}

    sergeant = actor_of(Role.SUPERVISOR)
    with as_actor(sergeant), pytest.raises(Forbidden):
        start_draft(in_use.pk, step="minor", by=sergeant)


def test_a_table_is_changed_with_its_reasons_and_the_hash_follows(author: Actor, in_use: ScoreModel) -> None:
    draft = drafted(in_use, by=author, shoplifting=30)

    assert draft.config["weights"]["crime"]["shoplifting"] == 30
    assert draft.config_hash == config_of(draft).config_hash
    with as_owner():
        act = Act.objects.filter(action="scoring.score_model.changed").get()
    assert act.detail == {"model": "ROR 1.1.0", "table": "weights", "hash": draft.config_hash}


def test_a_draft_that_somebody_changed_meanwhile_is_not_written_over(
    author: Actor, in_use: ScoreModel
) -> None:
    draft = drafted(in_use, by=author)
    seen = edition(draft)
    rows = rows_of("weights", content_of(draft))
    rows[0]["rationale"] = "Another reason."
    with as_actor(author):
        change_draft(draft.pk, table="weights", rows=rows, seen=seen, by=author)
        with pytest.raises(Refused, match="changed after you opened it"):
            change_draft(draft.pk, table="weights", rows=rows, seen=seen, by=author)


def test_nobody_but_its_author_changes_a_draft(author: Actor, chair: Actor, in_use: ScoreModel) -> None:
    draft = drafted(in_use, by=author)

    with as_actor(chair), pytest.raises(Forbidden, match="Only its author"):
        change_draft(draft.pk, table="bands", rows=[], seen=edition(draft), by=chair)


@pytest.mark.parametrize(
    ("table", "change", "sentence"),
    [
        ("weights", {"rationale": ""}, "Crime robbery personal has no rationale."),
        ("weights", {"base_points": "many"}, "The points of crime robbery_personal are not whole"),
        ("weights", {"base_points": "-1"}, "The points of crime robbery_personal are not whole"),
        ("weights", {"family": "stop_search"}, "Unknown in weights: stop_search."),
        ("families", {"half_life_days": "0"}, "The half-life of crime is below 1 day."),
        ("status", {"factor": "1.2"}, "The factor of suspect is not a number from 0 to 1."),
        ("bands", {"lower_bound_inclusive": "20"}, "The lowest band does not begin at 0."),
        ("steps", {"kind": "luck"}, "luck is not a kind of step"),
        ("steps", {"window_days": "91"}, "The steps of frequency have different windows."),
        ("gradings", {"grade": "9Z"}, "Unknown in intel: 9Z."),
        ("settings", {"setting": "colour"}, "Unknown in emerging: colour."),
    ],
)
def test_a_fault_in_a_table_is_named_and_nothing_is_changed(
    author: Actor, in_use: ScoreModel, table: str, change: dict[str, str], sentence: str
) -> None:
    draft = drafted(in_use, by=author)
    rows = rows_of(table, content_of(draft))
    rows[0] |= change

    with as_actor(author), pytest.raises(Invalid, match=sentence.replace("(", r"\(")):
        change_draft(draft.pk, table=table, rows=rows, seen=edition(draft), by=author)

    with as_owner():
        assert ScoreModel.objects.get(pk=draft.pk).config == draft.config


def test_a_line_that_stands_twice_is_named() -> None:
    content = Content(dict(shipped()["ROR"].document), reasons("ROR", "1.0.0"))
    rows = rows_of("bands", content)

    with pytest.raises(ValueError, match="HIGH stands twice in grades"):
        with_rows("bands", content, [*rows, rows[-1]])


@pytest.mark.parametrize(("code", "table"), list(product(shipped(), TABLES)))
def test_every_table_of_every_model_comes_back_as_it_was(code: str, table: str) -> None:
    config = shipped()[code]
    document = {key: value for key, value in config.document.items() if key != "config_hash"}
    content = Content(document, reasons(code, config.version))

    again = with_rows(table, content, rows_of(table, content))

    assert again == content
    assert problems_of(again) == []


def test_a_new_family_begins_with_no_points_and_one_that_goes_takes_them_along() -> None:
    document = {key: value for key, value in shipped()["ROR"].document.items() if key != "config_hash"}
    content = Content(document, reasons("ROR", "1.0.0"))
    rows = [row for row in rows_of("families", content) if row["family"] != "custody"]
    breach = {"family": "breach", "half_life_days": "180", "lookback_days": "730", "cap": "200"}

    changed = with_rows("families", content, [*rows, breach])

    assert "custody" not in changed.document["weights"]
    assert "custody" not in changed.reasons
    assert changed.document["weights"]["breach"] == {"other": 0}
    assert changed.reasons["breach"]["other"]["rationale"] == NOT_YET


def test_the_steps_of_life_are_those_of_the_table_and_the_database_takes_no_other() -> None:
    """By raw SQL, as the owner, who is past every other rule."""
    statuses = [status.value for status in ScoreModel.Status]
    taken = set()
    for start, end in product(statuses, statuses):
        with as_owner(), transaction.atomic():
            row = ScoreModel.objects.create(
                code="TRY",
                version=f"{statuses.index(start)}.{statuses.index(end)}.0",
                config={},
                config_hash="0" * 64,
                status=start,
                effective_from=TODAY,
                approver=UserFactory(),
                approved_at=AT_NIGHT,
            )
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("UPDATE scoring_score_model SET status = %s WHERE id = %s", [end, row.pk])
                taken.add((start, end))
            except DatabaseError as error:
                assert "cannot be changed" in str(error)  # noqa: PT017
            transaction.set_rollback(True)

    stays = {(status, status) for status in statuses}
    assert taken - stays == set(TRANSITIONS) - stays


@pytest.mark.parametrize("status", ["shadow", "active", "retired"])
@pytest.mark.parametrize(
    "assignment",
    [
        "config = '{}'",
        "config_hash = repeat('0', 64)",
        "reasons = '{\"crime\": {}}'",
        "version = '7.0.0'",
        "code = 'OTHER'",
        "author_id = NULL, made_from_id = id",
    ],
)
def test_a_used_version_is_left_alone_by_raw_sql(status: str, assignment: str) -> None:
    row = model_in_use(status=status)

    for statement, words in (
        (f"UPDATE scoring_score_model SET {assignment} WHERE id = %s", "cannot be changed"),
        ("DELETE FROM scoring_score_model WHERE id = %s", "cannot be deleted"),
    ):
        with as_owner(), pytest.raises(DatabaseError, match=words), transaction.atomic():
            connection.cursor().execute(statement, [row.pk])


def test_in_shadow_a_version_cannot_be_edited_any_more(author: Actor, in_use: ScoreModel) -> None:
    draft = shadowed(drafted(in_use, by=author), by=author)

    with as_actor(author), pytest.raises(Refused, match="only a draft can be changed"):
        change_draft(draft.pk, table="bands", rows=[], seen=edition(draft), by=author)
    with as_actor(author), pytest.raises(Refused, match="only a draft can run beside"):
        adoption.shadow_model(draft.pk, by=author, reason=WHY)


def test_a_step_needs_a_reason_and_its_author(author: Actor, chair: Actor, in_use: ScoreModel) -> None:
    draft = drafted(in_use, by=author)

    with as_actor(chair), pytest.raises(Forbidden, match="Only the author"):
        adoption.shadow_model(draft.pk, by=chair, reason=WHY)
    with as_actor(author), pytest.raises(Invalid, match="at least 10 characters"):
        adoption.withdraw_model(draft.pk, by=author, reason="No")
    with as_actor(author):
        adoption.withdraw_model(draft.pk, by=author, reason=WHY)
    assert status_of(draft) == "retired"


def test_a_version_is_asked_for_only_once_it_was_scored_and_compared(
    author: Actor, in_use: ScoreModel
) -> None:
    draft = drafted(in_use, by=author)
    with as_actor(author), pytest.raises(Refused, match="only a shadow version can be approved"):
        adoption.ask_to_activate(draft.pk, by=author, at=AT_NIGHT, reason=WHY)

    shadowed(draft, by=author)
    with as_actor(author), pytest.raises(Refused, match="No night was scored"):
        adoption.ask_to_activate(draft.pk, by=author, at=AT_NIGHT, reason=WHY)

    runs.recompute(TODAY, at=AT_NIGHT)
    with as_actor(author), pytest.raises(Refused, match="Compare this version"):
        adoption.ask_to_activate(draft.pk, by=author, at=AT_NIGHT, reason=WHY)

    compared(draft, by=author)
    asked_for(draft, by=author)
    with as_actor(author), pytest.raises(Refused, match="asked for already"):
        adoption.ask_to_activate(draft.pk, by=author, at=AT_NIGHT, reason=WHY)


def test_another_person_brings_it_into_use_and_the_old_version_retires(
    author: Actor, chair: Actor, in_use: ScoreModel
) -> None:
    draft = shadowed(drafted(in_use, by=author, shoplifting=30), by=author)
    compared(draft, by=author)

    signed(asked_for(draft, by=author), by=chair, reason="The comparison was looked at.")

    with as_owner():
        new = ScoreModel.objects.get(pk=draft.pk)
        act = Act.objects.get(action="scoring.score_model.approved")
    assert (new.status, new.approver_id, new.effective_from) == ("active", chair.user_id, TODAY)
    assert new.approval_reason == "The comparison was looked at."
    assert act.reason == "The comparison was looked at."
    assert status_of(in_use) == "retired"


def test_a_signature_without_a_reason_is_none(author: Actor, chair: Actor, in_use: ScoreModel) -> None:
    draft = shadowed(drafted(in_use, by=author), by=author)
    compared(draft, by=author)
    asked = asked_for(draft, by=author)

    with pytest.raises(Invalid, match="why this version may be used"):
        signed(asked, by=chair, reason="")

    assert status_of(draft) == "shadow"


def test_the_author_cannot_sign_even_what_another_asked_for(
    actor_of: ActorOf, chair: Actor, in_use: ScoreModel
) -> None:
    other = actor_of(Role.ANALYST)
    draft = shadowed(drafted(in_use, by=chair), by=chair)
    compared(draft, by=chair)

    asked_by_another = asked_for(draft, by=other)
    with pytest.raises(Refused, match="somebody else has to approve"):
        signed(asked_by_another, by=chair)

    assert status_of(draft) == "shadow"


def test_who_asked_cannot_sign(author: Actor, chair: Actor, in_use: ScoreModel) -> None:
    draft = shadowed(drafted(in_use, by=author), by=author)
    compared(draft, by=author)
    asked = asked_for(draft, by=chair)

    with pytest.raises(Refused, match="Somebody other"):
        signed(asked, by=chair)


def test_when_another_version_came_into_use_meanwhile_it_is_compared_anew(
    author: Actor, chair: Actor, in_use: ScoreModel
) -> None:
    first = shadowed(drafted(in_use, by=author), by=author)
    second = shadowed(drafted(in_use, by=author), by=author)
    for row in (first, second):
        compared(row, by=author)
    waiting = asked_for(second, by=author)
    signed(asked_for(first, by=author), by=chair)

    with pytest.raises(Refused, match="Compare it anew"):
        signed(waiting, by=chair)

    assert (status_of(first), status_of(second)) == ("active", "shadow")


def test_the_database_takes_no_version_into_use_that_nobody_signed(
    author: Actor, chair: Actor, in_use: ScoreModel
) -> None:
    draft = shadowed(drafted(in_use, by=author), by=author)

    with as_owner():
        ScoreModel.objects.filter(pk=in_use.pk).update(status="retired")
    with as_actor(chair), pytest.raises(DatabaseError, match="Nobody signed"), transaction.atomic():
        ScoreModel.objects.filter(pk=draft.pk).update(
            status="active",
            approver_id=chair.user_id,
            approved_at=AT_NIGHT,
            effective_from=TODAY,
        )
    with as_actor(chair), pytest.raises(DatabaseError, match="begins as a draft"), transaction.atomic():
        ScoreModel.objects.create(code="ROR", version="9.0.0", config={}, config_hash="", status="shadow")


def test_a_version_that_ran_in_shadow_raises_no_alert_by_coming_into_use(
    author: Actor, chair: Actor, in_use: ScoreModel
) -> None:
    """What was recorded while it ran beside the active version is no news on its first night (scoring.md 2.8)."""
    draft = shadowed(drafted(in_use, by=author, shoplifting=200), by=author)
    runs.recompute(TODAY - 5 * DAY, at=AT_NIGHT - 5 * DAY)
    person = PersonFactory()
    EventFactory.create_batch(3, person=person, category="shoplifting", occurred_on=TODAY - 3 * DAY)
    runs.recompute(TODAY - 2 * DAY, at=AT_NIGHT - 2 * DAY)
    compared(draft, by=author)
    signed(asked_for(draft, by=author), by=chair)

    runs.recompute(TODAY, at=AT_NIGHT + timedelta(minutes=1))
    runs.recompute(TODAY + DAY, at=AT_NIGHT + DAY)
    with as_owner():
        assert not ThreatAlert.objects.exists()

    EventFactory(person=person, occurred_on=TODAY + 2 * DAY)
    runs.recompute(TODAY + 2 * DAY, at=AT_NIGHT + 2 * DAY)
    with as_owner():
        assert ThreatAlert.objects.get().score_model_id == draft.pk


def test_a_longer_lookback_extends_the_decay_table_once_the_version_runs(
    author: Actor, in_use: ScoreModel
) -> None:
    draft = drafted(in_use, by=author)
    rows = rows_of("families", content_of(draft))
    rows[0] |= {"half_life_days": "200", "lookback_days": "4000"}
    with as_actor(author):
        draft = change_draft(draft.pk, table="families", rows=rows, seen=edition(draft), by=author)
        adoption.shadow_model(draft.pk, by=author, reason=WHY)
        pricing.require_decay(config_of(draft))


def test_two_versions_are_told_apart_line_by_line(author: Actor, in_use: ScoreModel) -> None:
    draft = drafted(in_use, by=author, shoplifting=30)

    ((table, lines),) = differences(in_use, draft)

    assert table.name == "weights"
    assert [(line.key, line.old[0], line.new[0]) for line in lines] == [("Crime, Shoplifting", "25", "30")]
