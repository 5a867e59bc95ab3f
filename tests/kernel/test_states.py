"""The one table of states knows every status that an app can store or work out."""

from enum import Enum

import pytest

from cohorts.rules.deadlines import State as DeadlineState
from cohorts.rules.deadlines import Verdict
from cohorts.rules.statuses import (
    ActionStatus,
    CaseStatus,
    ChecklistStatus,
    DeselectionStatus,
    PlanStatus,
    ReferralStatus,
)
from iom.agencies.rules import AgreementState
from iom.feeds.rules import FileStatus
from iom.jobs.models import Run
from iom.kernel.states import STATES
from scoring.models.alerts import ThreatAlert
from scoring.models.scores import ScoreModel
from tagging.rules import DeviceState


@pytest.mark.parametrize(
    ("kind", "statuses"),
    [
        ("deadline", DeadlineState),
        ("deadline", Verdict),
        ("task", ChecklistStatus),
        ("task", ActionStatus),
        ("case", CaseStatus),
        ("referral", ReferralStatus),
        ("plan", PlanStatus),
        ("deselection", DeselectionStatus),
        ("agreement", AgreementState),
        ("device", DeviceState),
        ("feed", FileStatus),
        ("run", Run.Status),
        ("alert", ThreatAlert.Status),
        ("review", ThreatAlert.Outcome),
        ("model", ScoreModel.Status),
    ],
)
def test_every_status_has_words_and_a_colour(kind: str, statuses: type[Enum]) -> None:
    unknown = [status.value for status in statuses if status.value not in STATES[kind]]

    assert unknown == []
