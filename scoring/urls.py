from django.urls import path

from scoring.views import comparisons, drafts, emerging, explained, models, runs, scores

app_name = "scoring"
urlpatterns = [
    path("scores/", scores.scores, name="scores"),
    path("scores/<str:model>/", scores.scores, name="scores_of"),
    path("scores/<str:model>/day/", scores.day, name="day"),
    path("people/<path:nominal_ref>/score/<str:model>/", explained.person_score, name="person_score"),
    path("score-models/", models.model_list, name="models"),
    path("score-models/compared/<int:comparison_id>/", comparisons.comparison, name="comparison"),
    path("score-models/compared/<int:comparison_id>/csv/", comparisons.comparison_csv, name="comparison_csv"),
    path("score-models/<str:model>/<str:version>/", models.one_version, name="model"),
    path("score-models/<str:model>/<str:version>/changes/<str:other>/", models.changes, name="model_changes"),
    path("score-models/<str:model>/<str:version>/csv/<slug:table>/", models.table_csv, name="model_csv"),
    path("score-models/<str:model>/<str:version>/draft/", drafts.start, name="model_draft"),
    path("score-models/<str:model>/<str:version>/edit/<slug:table>/", drafts.edit, name="model_edit"),
    path("score-models/<str:model>/<str:version>/upload/", drafts.upload, name="model_upload"),
    path("score-models/<str:model>/<str:version>/compare/", comparisons.compare, name="model_compare"),
    path("score-models/<str:model>/<str:version>/shadow/", drafts.shadow, name="model_shadow"),
    path("score-models/<str:model>/<str:version>/ask/", drafts.ask, name="model_ask"),
    path("score-models/<str:model>/<str:version>/withdraw/", drafts.withdraw, name="model_withdraw"),
    path("score-runs/", runs.run_list, name="runs"),
    path("score-runs/<int:run_id>/replay/", runs.replay, name="run_replay"),
    path("emerging/", emerging.emerging, name="emerging"),
    path("emerging/rule/", emerging.rule, name="rule"),
    path("emerging/alerts/<int:alert_id>/", emerging.review, name="review"),
    path("emerging/<slug:unit_code>/", emerging.one_tab, name="tab"),
]
