from collections.abc import Callable, Mapping
from typing import Any

from django.urls import URLPattern, path

from cohorts.api import cases, deadlines, deselection, plan, referrals, selection


def steps(prefix: str, noun: str, doors: Mapping[str, Callable[..., Any]]) -> list[URLPattern]:
    """An address for each step, named as in the transition table, with hyphens."""
    return [
        path(f"{prefix}/<int:pk>/{step.replace('_', '-')}/", door, name=f"{noun}_{step}")
        for step, door in doors.items()
    ]


urlpatterns = [
    path("referrals/", referrals.referral_list_view, name="referrals"),
    path("referrals/<int:pk>/", referrals.referral_detail, name="referral"),
    path("referrals/<int:pk>/candidates/", referrals.candidate_list, name="candidates"),
    *steps("referrals", "referral", referrals.STEPS | selection.STEPS),
    path("cases/", cases.case_list_view, name="cases"),
    path("cases/<int:pk>/", cases.case_detail, name="case"),
    path("cases/<int:pk>/managers/", cases.manager_list, name="managers"),
    *steps("cases", "case", cases.STEPS | {"propose_deselection": deselection.propose_view}),
    path("cases/<int:pk>/plans/", plan.plan_start, name="plan_start"),
    path("cases/<int:pk>/actions/", plan.action_create, name="action_create"),
    path("cases/<int:pk>/pathways/", plan.pathway_set, name="pathway_set"),
    path("cases/<int:pk>/engagements/plan/", plan.engagement_plan, name="engagement_plan"),
    path("cases/<int:pk>/engagements/record/", plan.engagement_record, name="engagement_record"),
    path("engagements/<int:pk>/missed/", plan.engagement_miss, name="engagement_miss"),
    *steps("checklist", "checklist", cases.CHECKLIST_STEPS),
    *steps("plans", "plan", plan.PLAN_STEPS),
    path("actions/<int:pk>/update/", plan.action_update, name="action_update"),
    *steps("deselections", "deselection", deselection.STEPS),
    path("notices/<int:pk>/acknowledge/", deselection.notice_acknowledge, name="notice_acknowledge"),
    path("deadlines/", deadlines.deadline_list, name="deadlines"),
    path("deadlines/<int:pk>/extend/", deadlines.deadline_extend, name="deadline_extend"),
]
