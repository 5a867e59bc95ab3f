"""Where the fields of this app belong: police operations."""

from iom.kernel.compartments import classify

classify(
    "worth.ScoreEvaluation",
    operations="id score_model as_of months reported_on month list_sizes figures asked_by asked_at status finished_at"
    " config_hash code_version digest",
    system="ranges ranges_done next_id attempts last_error",
)
classify(
    "worth.EvaluatedPerson",
    operations="id evaluation person unit was_ranked is_listed score raw_hundredths latest_on highest_base crimes_90"
    " offences offence_on last last_raw_hundredths score_rank offences_rank last_rank score_place offences_place"
    " last_place any_on proven_on standing_now is_alerted is_selected points",
)
