"""The prioritised list by key, and a district's list on one day (SCO-2)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iom.access.actor import SYSTEM, Actor
from iom.access.scope import as_actor, as_owner, as_service
from iom.accounts.rules import Role
from iom.persons.models import Person
from scoring.models import CurrentScore, ScoreHistory, ScoreModel, ScoreRun
from scoring.selectors.list_pages import key_of, page_by_key
from scoring.selectors.lists import prioritised, ranked
from scoring.selectors.movers import Movers, movers
from scoring.services import runs
from tests.factories import PersonFactory
from tests.scene import Scene
from tests.scoring.factories import AT_NIGHT, TODAY, EventFactory, model_in_use

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def standing(model: Any, published: int, raw: int, days: int | None, base: int, crimes: int) -> None:
    with as_owner():
        CurrentScore.objects.create(
            score_model=model, person=PersonFactory(), published=published, raw_hundredths=published * 100 + raw,
            latest_on=None if days is None else TODAY - timedelta(days), highest_base=base, crimes_90=crimes,
            bucket=published // 50,
        )  # fmt: skip


STANDING = st.tuples(
    st.sampled_from([400, 401]), st.sampled_from([0, 49]), st.sampled_from([None, 1, 2]),
    st.sampled_from([60, 120]), st.sampled_from([1, 2]),
)  # fmt: skip


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(standings=st.lists(STANDING, min_size=1, max_size=12), size=st.integers(1, 5))
def test_page_after_page_and_back_again_is_the_whole_list_in_its_order(
    db: None, standings: list[Any], size: int
) -> None:
    with as_owner():
        CurrentScore.objects.all().delete()
        model = ScoreModel.objects.filter(code="ROR", status="active").first() or model_in_use()
    for one in standings:
        standing(model, *one)

    with as_service():
        listed = prioritised(SYSTEM, code="ROR", on=TODAY)
        whole = [row.person_id for row in listed]
        pages = [page_by_key(listed, size=size)]
        while pages[-1].next_key:
            pages.append(page_by_key(listed, after=pages[-1].next_key, size=size))
        back = [pages[-1]]
        while back[0].previous_key:
            back.insert(0, page_by_key(listed, before=back[0].previous_key, size=size))

    assert [row.person_id for page in pages for row in page.rows] == whole
    assert [row.person_id for page in back for row in page.rows] == whole
    assert pages[0].previous_key == pages[-1].next_key == ""


FLOOR_OF_ROR = 350


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    by_score=st.lists(st.integers(FLOOR_OF_ROR, FLOOR_OF_ROR + 60), max_size=6),
    managed=st.lists(st.integers(1, FLOOR_OF_ROR - 1), max_size=6),
    size=st.integers(1, 5),
)
def test_who_stands_below_the_first_band_follows_on_the_pages_of_those_above(
    db: None, by_score: list[int], managed: list[int], size: int
) -> None:
    with as_owner():
        CurrentScore.objects.all().delete()
        model = ScoreModel.objects.filter(code="ROR", status="active").first() or model_in_use()
    for points in (*by_score, *managed, 40, 340):
        standing(model, points, 0, 1, 60, 1)
    with as_owner():
        below = CurrentScore.objects.filter(published__in=managed).values("person_id")
        Person.objects.filter(pk__in=below).update(is_managed=True)

    with as_service():
        listed = prioritised(SYSTEM, code="ROR", on=TODAY)
        whole = [row.person_id for row in listed]
        pages = [page_by_key(listed, size=size, floor=FLOOR_OF_ROR)]
        while pages[-1].next_key:
            pages.append(page_by_key(listed, after=pages[-1].next_key, size=size, floor=FLOOR_OF_ROR))
        back = [pages[-1]]
        while back[0].previous_key:
            back.insert(0, page_by_key(listed, before=back[0].previous_key, size=size, floor=FLOOR_OF_ROR))
        ranks = [
            row.rank
            for page in pages
            for row in ranked(SYSTEM, listed, page.rows, on=TODAY, first=not page.previous_key)
        ]
        scores = [row.published for row in listed]

    assert [row.person_id for page in pages for row in page.rows] == whole
    assert [row.person_id for page in back for row in page.rows] == whole
    assert {page.count for page in pages} == {len(whole)}
    assert ranks == [scores.index(points) + 1 for points in scores]


@pytest.mark.parametrize(
    "key", ["", "x", "1.2.3", "a.b.c.d.e.f", "1.2.99999999.4.5.6", f"{'9' * 30}.1.20260101.1.1.1"]
)
def test_a_key_that_makes_no_sense_gives_the_first_page(key: str) -> None:
    model = model_in_use()
    for points in (500, 400):
        standing(model, points, 0, 1, 60, 1)

    with as_service():
        found = page_by_key(prioritised(SYSTEM, code="ROR", on=TODAY), after=key, size=1)

    assert [row.published for row in found.rows] == [500]
    assert found.next_key == key_of(found.rows[0])


def test_ranks_go_on_over_pages_by_key() -> None:
    model = model_in_use()
    for points in (700, 600, 600, 600, 400):
        standing(model, points, 0, 1, 60, 1)

    with as_service():
        listed = prioritised(SYSTEM, code="ROR", on=TODAY)
        first = page_by_key(listed, size=3)
        second = page_by_key(listed, after=first.next_key, size=3)
        ranks = [row.rank for page in (first, second) for row in ranked(SYSTEM, listed, page.rows, on=TODAY)]

    assert ranks == [1, 2, 2, 2, 5]


@pytest.fixture
def sergeant(actor_of: Any) -> Actor:
    found: Actor = actor_of(Role.SUPERVISOR)
    return found


def nights(world: dict[str, Any], *, unit: str = "north", **people: tuple[int, int]) -> dict[str, int]:
    """People of a district with their scores of yesterday and today, as two nights left them; 0 leaves no row."""
    model = world.setdefault("model", None) or model_in_use()
    world["model"] = model
    made = {}
    for name, scores in people.items():
        person = PersonFactory(home_unit=world[unit], family_name=name)
        made[name] = person.pk
        for night, published in zip((TODAY - DAY, TODAY), scores, strict=True):
            if published:
                with as_owner():
                    run, _ = ScoreRun.objects.get_or_create(
                        score_model=model, as_of=night, watermark=AT_NIGHT, started_at=AT_NIGHT
                    )
                    ScoreHistory.objects.create(
                        score_model=model, person=person, as_of=night, run=run, published=published,
                        raw_hundredths=published * 100,
                    )  # fmt: skip
    return made


def day(sergeant: Actor, world: dict[str, Any], **asked: Any) -> Movers:
    wanted = {"code": "ROR", "on": TODAY, "since": TODAY - DAY} | asked
    with as_actor(sergeant):
        return movers(sergeant, world["north"], **wanted)


def names(rows: list[Any]) -> list[str]:
    return [row.person.family_name for row in rows]


def test_a_day_tells_who_moved_who_is_new_and_who_left(world: dict[str, Any], sergeant: Actor) -> None:
    nights(
        world,
        up=(400, 500),
        more=(400, 700),
        down=(600, 450),
        same=(500, 500),
        new=(300, 360),
        first=(0, 900),
    )
    nights(world, left=(360, 340), low=(100, 200))
    nights(world, unit="south", elsewhere=(100, 900))

    found = day(sergeant, world)

    assert names(found.up) == ["more", "up"]
    assert [(row.before, row.now, row.change, row.band) for row in found.down] == [(600, 450, -150, "LOW")]
    assert names(found.new) == ["first", "new"]
    assert names(found.left) == ["left"]
    assert (found.version, found.listed_from, found.more) == ("1.0.0", 350, frozenset())


def test_managed_people_are_on_the_list_at_any_score_and_children_never(
    world: dict[str, Any], sergeant: Actor
) -> None:
    made = nights(world, managed=(100, 90), child=(400, 900))
    with as_owner():
        from_person = type(PersonFactory.build()).objects
        from_person.filter(pk=made["managed"]).update(is_managed=True)
        from_person.filter(pk=made["child"]).update(date_of_birth=TODAY - timedelta(days=15 * 365))

    found = day(sergeant, world)

    assert names(found.down) == ["managed"]
    assert found.up == found.new == []


def test_an_earlier_day_is_told_as_it_was(world: dict[str, Any], sergeant: Actor) -> None:
    nights(world, one=(400, 600))

    found = day(sergeant, world, on=TODAY - DAY, since=TODAY - 7 * DAY)

    assert [(row.before, row.now) for row in found.new] == [(0, 400)]
    assert found.up == []


def test_who_is_about_to_drop_out_is_worked_out_from_what_is_known(
    world: dict[str, Any], sergeant: Actor
) -> None:
    model_in_use()
    falls, stays = PersonFactory(home_unit=world["north"]), PersonFactory(home_unit=world["north"])
    EventFactory.create_batch(3, person=falls, occurred_on=TODAY - 20 * DAY, recorded_at=AT_NIGHT - DAY)
    EventFactory.create_batch(9, person=stays, occurred_on=TODAY - 3 * DAY, recorded_at=AT_NIGHT - DAY)
    EventFactory(person=falls, occurred_on=TODAY + DAY, recorded_at=AT_NIGHT - DAY)
    runs.recompute(TODAY, at=AT_NIGHT)

    (row,) = day(sergeant, world).leaving

    # Three burglaries of twenty days ago: 333.32 + 50; on day 48 they are 299.24 + 50.
    assert (row.person, row.now, row.then, row.within_days) == (falls, 383, 349, 28)


def test_a_day_takes_the_same_queries_for_one_person_and_for_thirty(
    world: dict[str, Any], sergeant: Actor
) -> None:
    counts = []
    for many in (1, 30):
        nights(world, **{f"p{many}_{n}": (400 + n, 500 + 2 * n) for n in range(many)})
        with as_actor(sergeant), CaptureQueriesContext(connection) as captured:
            found = movers(sergeant, world["north"], code="ROR", on=TODAY, since=TODAY - DAY)
        counts.append(len(captured))

    assert counts[0] == counts[1]
    assert len(found.up) == 20
    assert found.more == {"up"}


def test_the_page_of_a_day_stays_within_ones_districts(stage: Scene) -> None:
    mine = stage.browsers["supervisor"].get("/scores/ROR/day/")

    assert mine.context["unit"].code == "north"
    assert stage.browsers["supervisor"].get("/scores/ROR/day/?unit=south").status_code == 404
    assert stage.browsers["supervisor"].get("/scores/XXX/day/").status_code == 404
    assert stage.browsers["supervisor"].get("/scores/ROR/day/?on=x&since=y").status_code == 200
    assert "/scores/ROR/day/" in stage.browsers["supervisor"].get("/").content.decode()


def test_a_program_follows_the_list_to_its_end_and_back(stage: Scene) -> None:
    with as_owner():
        model = ScoreModel.objects.get(code="ROR", status="active")
        CurrentScore.objects.filter(score_model=model).delete()
    for points in (700, 600, 600, 600, 400):
        standing(model, points, 0, 1, 60, 1)
    spoc = stage.browsers["central_spoc"]

    pages, url = [], "/api/v1/scores/ROR/?page_size=2"
    while url:
        pages.append(spoc.get(url).json())
        url = pages[-1]["next"]
    first_again = spoc.get(spoc.get(pages[-1]["previous"]).json()["previous"]).json()

    for nowhere in ("after=here", "before=1.2.3"):
        assert spoc.get(f"/api/v1/scores/ROR/?{nowhere}").status_code == 400
    assert [[row["rank"] for row in page["results"]] for page in pages] == [[1, 2], [2, 2], [5]]
    assert [page["count"] for page in pages] == [5, 5, 5]
    assert first_again["results"] == pages[0]["results"]
    assert pages[0]["previous"] is pages[-1]["next"] is first_again["previous"] is None
