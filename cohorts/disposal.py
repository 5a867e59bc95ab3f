"""What becomes of a person's rows on disposal: what was counted stays in `retention.Tally`, without the person."""

from iom.kernel.disposal import delete

delete(
    "cohorts.Referral",
    "cohorts.ReferralStage",
    "cohorts.ResearchPack",
    "cohorts.SelectionDecision",
    "cohorts.DecisionAgency",
    "cohorts.DecisionScore",
    "cohorts.Case",
    "cohorts.CaseStage",
    "cohorts.Placement",
    "cohorts.ChecklistItem",
    "cohorts.Deadline",
    "cohorts.DeadlineMove",
    "cohorts.Reminder",
    "cohorts.Plan",
    "cohorts.PlanAction",
    "cohorts.PathwayNeed",
    "cohorts.Engagement",
    "cohorts.Deselection",
    "cohorts.DeselectionNotice",
)
