"""The nine settings of the emerging-threat rule, and the two that no model holds (SCO-5)."""

from datetime import timedelta
from typing import Any

import pytest

from iom.access.actor import Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.audit.models import Act
from iom.jobs.services import run_now
from iom.kernel.errors import Forbidden, Invalid
from scoring.models import ScoreRun, ThreatAlert, ThreatNumbers
from scoring.rules.config import parse
from scoring.rules.emerging import newly_at_top
from scoring.selectors.threat_rule import Numbers, nine_settings, numbers_in_force, rule_in_force
from scoring.services import runs
from scoring.services.threat_numbers import set_threat_numbers
from tests.factories import PersonFactory
from tests.scoring.factories import AT_NIGHT, TODAY, EventFactory, model_in_use

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
THEN = TODAY - 28 * DAY


@pytest.fixture
def chair(actor_of: Any) -> Actor:
    found: Actor = actor_of(Role.CENTRAL_SPOC)
    return found


def set_numbers(by: Actor, **changes: Any) -> ThreatNumbers:
    asked = {"again_after": 150, "top_n": None, "reason": "Agreed in June."} | changes
    with as_actor(by):
        return set_threat_numbers(by=by, at=AT_NIGHT, **asked)


def test_the_rule_in_force_tells_nine_settings_for_every_model() -> None:
    model_in_use()
    model_in_use("DA")

    with as_service():
        rule = rule_in_force()

    assert rule.models == ("ROR 1.0.0", "DA 1.0.0")
    assert [values for _, values in rule.rows] == [
        ("28 days before", "28 days before"),
        ("350 points", "150 points"),
        ("150 points", "150 points"),
        ("1.50 times the earlier score", "1.50 times the earlier score"),
        ("75 points", "75 points"),
        ("100 points", "100 points"),
        ("50 points", "not used"),
        ("150 points", "150 points"),
        ("not used: the model has grades", "switched off"),
    ]


def test_the_numbers_are_set_by_who_approves_models_with_a_reason_and_every_change_is_kept(
    chair: Actor, actor_of: Any
) -> None:
    model = model_in_use("DA")
    set_numbers(chair, again_after=200)
    set_numbers(chair, top_n=20)

    with as_service():
        assert numbers_in_force() == Numbers(150, 20)
        config = parse({**model.config, "config_hash": model.config_hash})
        assert nine_settings(config, numbers_in_force())[-1][1] == "the first 20"
    with as_owner():
        assert ThreatNumbers.objects.count() == 2
        assert Act.objects.filter(action="scoring.threat_numbers.set").count() == 2
    for changes, field in (
        ({"again_after": 0}, "again_after"),
        ({"top_n": 0}, "top_n"),
        ({"top_n": 1001}, "top_n"),
        ({"reason": " "}, "reason"),
    ):
        with pytest.raises(Invalid) as said:
            set_numbers(chair, **changes)
        assert list(said.value.fields) == [field]
    with pytest.raises(Forbidden):
        set_numbers(actor_of(Role.SUPERVISOR))


def test_another_rise_tells_of_an_open_alert_again_as_the_deployment_set_it(chair: Actor) -> None:
    model_in_use()
    person = PersonFactory()
    EventFactory.create_batch(4, person=person)
    runs.recompute(TODAY, at=AT_NIGHT)
    EventFactory(
        person=person, occurred_on=TODAY + DAY, category="theft_from_vehicle"
    )  # 60 and 50 more uplift
    runs.recompute(TODAY + DAY, at=AT_NIGHT + DAY)
    with as_owner():
        before = ThreatAlert.objects.get().last_fired_on

    set_numbers(chair, again_after=100)
    EventFactory(person=person, occurred_on=TODAY + 2 * DAY, category="other")
    runs.recompute(TODAY + 2 * DAY, at=AT_NIGHT + 2 * DAY)

    with as_owner():
        assert (before, ThreatAlert.objects.get().last_fired_on) == (TODAY, TODAY + 2 * DAY)


@pytest.mark.parametrize(
    ("score", "baseline", "last_place", "news", "new"),
    [
        (200, 100, 120, True, True),
        (200, 120, 120, True, False),  # stood there already
        (200, 100, 120, False, False),
        (149, 0, 120, True, False),  # below the entry floor
        (200, 0, 0, True, True),  # a shorter list: only who had no score at all is new
        (200, 1, 0, True, False),
        (160, 160, 200, True, False),  # others fell
    ],
)
def test_new_at_the_top_is_who_rose_into_it(
    score: int, baseline: int, last_place: int, news: bool, new: bool
) -> None:
    model = model_in_use("DA")
    config = parse({**model.config, "config_hash": model.config_hash})

    said = newly_at_top(config, score=score, baseline=baseline, last_place=last_place, has_new_event=news)

    assert said is new


def harmed(category: str, days_ago: int, person: Any = None, **fields: Any) -> Any:
    """Somebody charged with a crime of domestic abuse."""
    person = person or PersonFactory()
    EventFactory(
        person=person, category="violence_with_injury", da_category=category, status="charged",
        occurred_on=TODAY - days_ago * DAY, **fields,
    )  # fmt: skip
    return person


def night(as_of: Any) -> None:
    with as_service():
        run_now("scoring.nightly", as_of, at=AT_NIGHT + (as_of - TODAY), again=True)


def alerts() -> dict[int, list[str]]:
    with as_owner():
        return dict(ThreatAlert.objects.values_list("person_id", "fired"))


def overtaking(*, list_of_then: bool = True, **fields: Any) -> Any:
    """Second of the list four weeks ago with 93 points behind 103, first today with 150: no rule of the model fires."""
    harmed("coercive_control", 200)
    second = harmed("threats_to_kill", 200)
    if list_of_then:
        night(THEN)
    harmed("harassment", 0, second, **fields)
    return second


def test_who_is_newly_among_the_first_is_alerted_once_with_the_events_behind_it(chair: Actor) -> None:
    model_in_use("DA")
    set_numbers(chair, top_n=1)
    second = overtaking()

    night(TODAY)
    night(TODAY)

    assert alerts() == {second.pk: ["NEW_AT_TOP"]}
    with as_owner():
        (alert,) = ThreatAlert.objects.all()
        assert (alert.score, alert.baseline, len(alert.event_ids)) == (150, 93, 1)
        assert ScoreRun.objects.filter(as_of=TODAY).order_by("id").first().alerts == 1


def test_who_was_among_the_first_before_is_not_new(chair: Actor) -> None:
    model_in_use("DA")
    set_numbers(chair, top_n=2)
    overtaking()

    night(TODAY)

    assert alerts() == {}


def test_the_option_is_off_until_somebody_switches_it_on() -> None:
    model_in_use("DA")
    overtaking()

    night(TODAY)

    assert alerts() == {}


def test_back_records_put_nobody_newly_at_the_top(chair: Actor) -> None:
    model_in_use("DA")
    set_numbers(chair, top_n=1)
    overtaking(bulk_load=True)

    night(TODAY)

    assert alerts() == {}


def test_without_a_list_of_the_same_version_four_weeks_ago_nobody_is_new(chair: Actor) -> None:
    model_in_use("DA")
    set_numbers(chair, top_n=1)
    overtaking(list_of_then=False)

    night(TODAY)

    assert alerts() == {}


def test_the_page_shows_the_rule_to_all_and_the_form_to_who_may_set_it(client_for: Any, chair: Actor) -> None:
    model_in_use()
    reader, setter = client_for(Role.OFFENDER_MANAGER), client_for(chair)

    assert b"28 days before" in reader.get("/emerging/rule/").content
    assert b"Set from the next night on" not in reader.get("/emerging/rule/").content
    assert reader.post("/emerging/rule/", {}).status_code == 403
    bad = setter.post("/emerging/rule/", {"again_after": "0", "top_n": "", "reason": ""})
    assert set(bad.context["form"].errors) == {"again_after", "reason"}
    done = setter.post("/emerging/rule/", {"again_after": "175", "top_n": "10", "reason": "Trial"})
    assert done.status_code == 302
    assert (
        "a further rise of 175 points, the first 10. Trial" in setter.get("/emerging/rule/").content.decode()
    )
