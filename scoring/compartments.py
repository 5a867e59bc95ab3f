"""Where the fields of this app belong: police operations, but for the tables of codes."""

from iom.kernel.compartments import classify

classify(
    "scoring.ScoreModel",
    operations="id code version config reasons made_from status effective_from author approver approved_at"
    " approval_reason news_from config_hash",
)
classify(
    "scoring.ScoreRun",
    operations="id score_model as_of watermark started_at finished_at replay partial persons changed written alerts",
    system="job_run config_hash code_version digest exact_from",
)
_WORK = "ranges ranges_done next_id attempts last_error"
classify(
    "scoring.ScoreComparison",
    operations="id score_model against config_hash new_run old_run as_of moves alerts overlaps fairness"
    " asked_by asked_at status finished_at",
    system=_WORK,
)
classify(
    "scoring.ComparedScore",
    operations="id comparison person old_published new_published old_raw new_raw old_band new_band old_latest_on"
    " new_latest_on old_base new_base old_crimes new_crimes old_fires new_fires old_place new_place",
)
classify(
    "scoring.ScoreReplay",
    operations="id run persons is_same asked_by asked_at status finished_at",
    system=f"digest {_WORK}",
)
classify(
    "scoring.CurrentScore",
    operations="person score_model published raw_hundredths band latest_on highest_base crimes_90",
    system="bucket",
)
classify("scoring.ScoreHistory", operations="score_model person as_of run published raw_hundredths band")
classify(
    "scoring.ThreatAlert",
    operations="id person model_code score_model unit escalation status opened_on last_fired_on score baseline jump"
    " fired event_ids outcome rationale closed_at closed_by",
)
classify(
    "scoring.AlertFiring",
    operations="id alert run fired_on score baseline jump fired event_ids",
)
classify(
    "scoring.Event",
    operations="id person family category da_category occurred_on occurred_on_unknown recorded_at role status status_on"
    " occurrence_ref offence_ref intel_grade bulk_load unmapped source source_ref summary ho_code feed_file_id"
    " feed_line revised_at",
    victim="victim_key",
    system="row_hash packed",
)
classify(
    "scoring.EventVersion",
    operations="id event_id person family category da_category occurred_on occurred_on_unknown recorded_at role status"
    " status_on occurrence_ref offence_ref intel_grade bulk_load unmapped source source_ref summary ho_code"
    " feed_file_id feed_line revised_at superseded_at superseded_by_file_id superseded_by_line is_withdrawn",
    victim="victim_key",
    system="row_hash",
)
classify("scoring.Decay", structure="half_life days factor_millionths")
classify(
    "scoring.OffenceCode",
    structure="ho_code category sub_category ror_category da_category neighbourhood_crime draft",
)
classify(
    "scoring.OffenceList",
    structure="id status feed_file_id reason proposed_by proposed_at decided_by decided_at note events_up_to applied_at"
    " events_changed",
)
classify(
    "scoring.OffenceListRow",
    structure="id list ho_code category sub_category ror_category da_category neighbourhood_crime was_ror was_da"
    " feed_file_id feed_line",
    system="row_hash",
)
classify(
    "scoring.ThreatReview", operations="id alert person reviewed_on reviewed_at by outcome rationale took_off"
)
classify("scoring.ThreatNumbers", operations="id again_after top_n made_at by reason")
