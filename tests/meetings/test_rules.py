"""The approved agenda, and when cases may be opened (MTG-1..3)."""

from datetime import date, timedelta

from meetings.rules import KIND_LABELS, SECTION_LABELS, MeetingKind, Section, why_cases_stay_closed

DAY = date(2026, 6, 30)


def test_cases_open_on_the_day_once_the_disclosure_statement_was_read() -> None:
    assert why_cases_stay_closed(held_on=DAY, disclosure_read=True, today=DAY) == ""
    assert "disclosure" in why_cases_stay_closed(held_on=DAY, disclosure_read=False, today=DAY)
    assert "not been held" in why_cases_stay_closed(
        held_on=DAY + timedelta(days=1), disclosure_read=True, today=DAY
    )


def test_the_agenda_and_the_kinds_are_those_of_the_policy_in_its_order() -> None:
    assert list(KIND_LABELS) == list(MeetingKind)
    assert list(SECTION_LABELS) == list(Section)
    assert list(SECTION_LABELS.values()) == [
        "Nominations",
        "Managed people and changes",
        "Deregistrations",
        "Prison releases",
        "Effective practice and innovation",
        "Local items",
    ]
