"""What this app writes to the audit; the list is complete."""

from iom.audit.actions import register

REFERRAL_SUBMITTED = register("cohorts.referral.submitted", "referred somebody for management")
REFERRAL_WITHDRAWN = register("cohorts.referral.withdrawn", "withdrew a referral")
RESEARCH_STARTED = register("cohorts.referral.research_started", "started research on a referral")
PERSON_MATCHED = register("cohorts.referral.person_matched", "matched a referral to {person}")
REFERRAL_LISTED = register("cohorts.referral.listed", "listed {person} for a board")
PERSON_SELECTED = register("cohorts.case.selected", "selected {person} for management")
PERSON_NOT_SELECTED = register("cohorts.referral.not_selected", "decided not to select {person}")
DECISION_DEFERRED = register("cohorts.referral.deferred", "deferred the decision on {person}")
MANAGER_ALLOCATED = register("cohorts.case.manager_allocated", "allocated a manager to {person}")
PLACEMENT_MOVED = register("cohorts.placement.moved", "moved {person} to another cohort or category")
REVIEW_SET = register("cohorts.case.review_set", "set the review date of {person}")
PLAN_STARTED = register("cohorts.plan.started", "started a plan for {person}")
PLAN_CHANGED = register("cohorts.plan.changed", "changed the plan of {person}")
PLAN_LEFT = register("cohorts.plan.left_as_it_was", "looked at the plan of {person} and left it as it was")
PLAN_COMPLETED = register("cohorts.plan.completed", "completed the plan of {person}")
PLAN_ENDORSED = register("cohorts.plan.endorsed", "endorsed the plan and pathways of {person}")
PLAN_SENT_BACK = register("cohorts.plan.sent_back", "sent the plan of {person} back")
ACTION_ADDED = register("cohorts.action.added", "added an action to the plan of {person}")
ACTION_UPDATED = register("cohorts.action.updated", "updated an action in the plan of {person}")
PATHWAY_SET = register("cohorts.pathway.set", "recorded a pathway of {person}")
ENGAGEMENT_PLANNED = register("cohorts.engagement.planned", "planned an engagement with {person}")
ENGAGEMENT_RECORDED = register("cohorts.engagement.recorded", "recorded an engagement with {person}")
ENGAGEMENT_MISSED = register("cohorts.engagement.missed", "recorded that {person} missed an engagement")
CHECKLIST_TICKED = register(
    "cohorts.checklist.ticked", "marked an action on the checklist of {person} as done"
)
CHECKLIST_NOT_NEEDED = register("cohorts.checklist.set_aside", "marked an action for {person} as not needed")
CHECKLIST_REOPENED = register(
    "cohorts.checklist.reopened", "opened an action on the checklist of {person} again"
)
DEADLINE_EXTENDED = register("cohorts.deadline.extended", "extended a deadline for {person}")
DEADLINES_MOVED = register("cohorts.deadline.moved", "moved a deadline for {person} for a new holiday")
DESELECTION_PROPOSED = register("cohorts.deselection.proposed", "proposed to deselect {person}")
DESELECTION_AGREED = register("cohorts.deselection.agreed", "agreed to deselect {person}")
DESELECTION_TURNED_DOWN = register(
    "cohorts.deselection.turned_down", "turned down the deselection of {person}"
)
DESELECTION_ACKNOWLEDGED = register(
    "cohorts.deselection.acknowledged", "acknowledged the deselection of {person}"
)
PERSON_DEREGISTERED = register("cohorts.case.deregistered", "deregistered {person}")
CASE_SHARED = register("cohorts.case.shared", "shared {person} with an agency")
SHARING_ENDED = register("cohorts.case.sharing_ended", "ended sharing {person} with an agency")
