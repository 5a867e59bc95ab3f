"""Where the fields of this app belong: the plan, but for what a board weighed, which stays with the police."""

from iom.kernel.compartments import classify

classify(
    "cohorts.Referral",
    plan="id given_names family_name date_of_birth identifiers referring_agency referred_by unit ground route reasons"
    " status submitted_at submitted_on board_on decided_on note_to_referrer signpost look_again_on",
    operations="person alert_id",
    system="request_key",
)
classify("cohorts.ReferralStage", plan="id referral from_status to_status at by note")
classify("cohorts.ResearchPack", operations="id referral content built_at by")
classify(
    "cohorts.SelectionDecision",
    operations="id referral outcome decided_on recorded_at chair partner_information offending"
    " recency_frequency_gravity police_intelligence partner_intelligence pathways_and_triggers ability_to_intervene"
    " partner_involvement rationale by",
)
classify("cohorts.DecisionAgency", operations="id decision agency")
classify("cohorts.DecisionScore", operations="id decision model_code model_version published band night_on")
classify(
    "cohorts.Case",
    plan="id person referral unit manager partner_manager status selected_on deselected_on closed_on review_on",
)
classify("cohorts.CaseStage", plan="id case from_status to_status at by", operations="note")
classify(
    "cohorts.Placement",
    plan="id case scheme cohort category starts_on ends_on by recorded_at",
    operations="rationale",
)
classify(
    "cohorts.ChecklistItem",
    plan="id case kind code position status owner_role owner due_on done_at done_on done_by evidence",
)
classify(
    "cohorts.Deadline",
    plan="id case kind clause working_days started_by started_on first_due_on due_on provisional rule_version"
    " calendar_version owner_role owner met_at met_on met_by stopped_on stopped_reason",
)
classify(
    "cohorts.DeadlineMove",
    plan="id deadline cause from_on to_on reason by at from_calendar to_calendar",
)
classify("cohorts.Reminder", plan="deadline due_on offset send_on round_on", system="id")
classify("cohorts.TabReminder", plan="unit due_on offset send_on round_on", system="id")
classify(
    "cohorts.Deselection",
    operations="id case status reduction_in_offending intelligence engagement pathways_addressed triggers_reduced"
    " ongoing_support area_transfer prison_sentence rationale exit_strategy monitored_reason monitored_until"
    " proposed_at proposed_by decided_on decided_at decided_by decision_note deregistered_on deregistered_at"
    " deregistered_by deregistration_rationale",
)
classify(
    "cohorts.DeselectionNotice",
    plan="id case deselection agency told_on acknowledged_on acknowledged_by",
)
classify(
    "cohorts.Plan",
    plan="id case version status risks triggers protective_factors vulnerabilities family objectives started_at"
    " started_by completed_at completed_by endorsed_at endorsed_by",
)
classify(
    "cohorts.PlanAction",
    plan="id case pathway description owner_agency owner due_on status progress result created_at created_by ended_on",
)
classify(
    "cohorts.PathwayNeed",
    plan="id case pathway need provider referred_on uptake outcome notes set_at set_by current",
)
classify(
    "cohorts.Engagement",
    plan="id case kind planned_at held_at place with_agency attended notes next_step by recorded_at",
)
