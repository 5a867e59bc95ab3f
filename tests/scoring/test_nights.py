"""When scores are late, and what the page says (SCO-4)."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from iom.accounts.rules import Role
from scoring.rules.nights import late_nights, late_sentence
from tests.scoring.factories import finished_night

TODAY = timezone.localdate()


@pytest.mark.parametrize(("days_ago", "late"), [(0, 0), (1, 0), (2, 1), (5, 4)])
def test_a_night_is_late_when_the_one_before_today_was_not_scored(days_ago: int, late: int) -> None:
    assert late_nights(TODAY - timedelta(days=days_ago), on=TODAY) == late


def test_the_sentence_says_from_when_the_scores_are() -> None:
    assert "one night is missing" in late_sentence(TODAY, 1)
    assert "3 nights are missing" in late_sentence(TODAY, 3)


@pytest.mark.django_db
@pytest.mark.parametrize(("days_ago", "warned"), [(1, False), (3, True)])
def test_every_page_warns_while_the_worker_is_down(
    client_for: Callable[..., Client], days_ago: int, warned: bool
) -> None:
    client = client_for(Role.SUPERVISOR)
    finished_night(TODAY - timedelta(days=days_ago))

    page = client.get("/cases/").content.decode()

    assert ("Scores are not up to date" in page) is warned
