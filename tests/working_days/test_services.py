"""The calendar as a table: what ships, what is proclaimed later, and who is told (CMP-6)."""

from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, transaction

from iom.access.scope import as_owner, as_service
from iom.audit.models import Change
from iom.kernel.errors import Invalid
from iom.working_days import registry, rules, selectors, services
from iom.working_days.models import CalendarVersion, Holiday
from iom.working_days.published import PublishedHoliday, published_holidays
from iom.working_days.registry import CalendarChange
from tests.working_days.calendars import statutory_holidays

pytestmark = pytest.mark.django_db
AT = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
PROCLAIMED = date(2026, 9, 14)


@pytest.fixture
def changes(monkeypatch: pytest.MonkeyPatch) -> list[CalendarChange]:
    heard: list[CalendarChange] = []
    monkeypatch.setattr(registry, "_listeners", [heard.append])
    return heard


def test_the_table_holds_the_published_list_after_migrating() -> None:
    with as_service():
        held = set(Holiday.objects.filter(date__year__range=(2012, 2028)).values_list("date", flat=True))
        calendar = selectors.calendar()

    assert held == set().union(*(statutory_holidays(year) for year in range(2012, 2029)))
    assert calendar.confirmed_until == date(2028, 12, 31)
    assert calendar.version == "EW-2028.1"


def test_a_proclaimed_holiday_moves_what_is_worked_out_after_it(changes: list[CalendarChange]) -> None:
    with as_service():
        before = rules.due_after(selectors.calendar(), date(2026, 9, 4), 7)
        services.add_holiday(PROCLAIMED, "Day of mourning", by_id=None, reason="Proclamation", at=AT)
        after = rules.due_after(selectors.calendar(), date(2026, 9, 4), 7)

    assert (before.on, after.on) == (date(2026, 9, 15), date(2026, 9, 16))


def test_those_who_keep_deadlines_are_told_both_calendars(changes: list[CalendarChange]) -> None:
    with as_service():
        services.add_holiday(PROCLAIMED, "Day of mourning", by_id=None, reason="Proclamation", at=AT)

    (change,) = changes
    assert change.gained == {PROCLAIMED}
    assert change.before.is_working_day(PROCLAIMED)
    assert not change.after.is_working_day(PROCLAIMED)
    assert (change.before.version, change.after.version) == ("EW-2028.1", "EW-2028.2")
    assert change.reason == "Proclamation"


def test_when_a_listener_fails_the_holiday_is_not_added(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(change: CalendarChange) -> None:
        raise RuntimeError("could not move a deadline")

    monkeypatch.setattr(registry, "_listeners", [fail])

    with as_service():
        with pytest.raises(RuntimeError):
            services.add_holiday(PROCLAIMED, "Day of mourning", by_id=None, reason="Proclamation", at=AT)
        assert not Holiday.objects.filter(date=PROCLAIMED).exists()
        assert selectors.calendar().is_working_day(PROCLAIMED)


@pytest.mark.parametrize(
    ("day", "title", "reason", "field"),
    [
        pytest.param(date(2026, 9, 12), "A Saturday", "Why", "date", id="weekend"),
        pytest.param(date(2026, 12, 25), "Christmas", "Why", "date", id="already listed"),
        pytest.param(PROCLAIMED, "  ", "Why", "title", id="no title"),
        pytest.param(PROCLAIMED, "Day", " ", "reason", id="no reason"),
    ],
)
def test_a_wrong_holiday_is_refused_with_a_sentence_at_its_field(
    day: date, title: str, reason: str, field: str
) -> None:
    with as_service(), pytest.raises(Invalid) as refusal:
        services.add_holiday(day, title, by_id=None, reason=reason, at=AT)

    assert list(refusal.value.fields) == [field]


def test_the_database_itself_refuses_a_holiday_at_a_weekend() -> None:
    with as_service(), pytest.raises(IntegrityError), transaction.atomic():
        Holiday.objects.create(date=date(2026, 9, 12), title="Saturday", source="published", added_at=AT)


def test_loading_the_same_list_again_changes_nothing(changes: list[CalendarChange]) -> None:
    with as_service():
        assert services.load_published(published_holidays(), at=AT) == 0
        assert CalendarVersion.objects.count() == 1
    assert changes == []


def test_a_newer_list_confirms_expected_days_and_keeps_days_added_here(changes: list[CalendarChange]) -> None:
    new_year = date(2029, 1, 1)
    with as_service():
        services.add_holiday(PROCLAIMED, "Day of mourning", by_id=None, reason="Proclamation", at=AT)
        newer = [
            PublishedHoliday(new_year, "New Year's Day", confirmed=True),
            PublishedHoliday(date(2029, 6, 4), "Jubilee", confirmed=True),
            PublishedHoliday(PROCLAIMED, "Published after all", confirmed=True),
        ]

        assert services.load_published(newer, at=AT) == 2

        assert Holiday.objects.get(date=new_year).source == "published"
        assert Holiday.objects.get(date=PROCLAIMED).source == "added"
        assert not selectors.calendar().is_working_day(date(2029, 6, 4))
    assert changes[-1].gained == {date(2029, 6, 4)}


def test_an_empty_table_is_filled_and_gets_its_first_version() -> None:
    with as_owner():
        Holiday.objects.all().delete()
        CalendarVersion.objects.all().delete()
    with as_service():
        assert services.load_published(published_holidays(), at=AT) > 300
        assert selectors.calendar().version == "EW-2028.1"


def test_a_deployment_may_count_day_0_from_a_new_version_on() -> None:
    with as_service():
        services.set_day_0_counts(True, by_id=None, reason="Force policy", at=AT)
        calendar = selectors.calendar()

    assert calendar.day_0_counts
    assert calendar.version == "EW-2028.2"


def test_a_holiday_added_here_is_written_to_the_change_log() -> None:
    with as_service():
        services.add_holiday(PROCLAIMED, "Day of mourning", by_id=None, reason="Proclamation", at=AT)
    with as_owner():
        change = Change.objects.get(table_name="working_days_holiday")

    assert (change.operation, change.after["date"]) == ("INSERT", "2026-09-14")


@pytest.mark.parametrize(
    ("on", "warns"),
    [(date(2027, 12, 31), False), (date(2028, 1, 1), True), (date(2029, 6, 1), True)],
)
def test_a_warning_comes_a_year_before_the_confirmed_list_ends(on: date, warns: bool) -> None:
    with as_service():
        assert bool(selectors.horizon_warning(on)) is warns
