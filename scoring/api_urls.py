from django.urls import path

from scoring.api import emerging, events, scores

urlpatterns = [
    path("scores/", scores.score_models, name="score_models"),
    path("scores/<model_code:model>/", scores.score_list, name="scores"),
    path("persons/<nominal_ref:nominal_ref>/scores/", scores.person_score_list, name="person_scores"),
    path(
        "persons/<nominal_ref:nominal_ref>/scores/<model_code:model>/",
        scores.person_score,
        name="person_score",
    ),
    path(
        "persons/<nominal_ref:nominal_ref>/scores/<model_code:model>/history/",
        scores.person_history,
        name="person_history",
    ),
    path("persons/<nominal_ref:nominal_ref>/events/", events.person_event_list, name="person_events"),
    path("emerging/", emerging.tab_list, name="emerging"),
    path("emerging/<slug:unit_code>/", emerging.entry_list, name="tab"),
    path("emerging/alerts/<int:pk>/", emerging.alert_detail, name="alert"),
    path("emerging/alerts/<int:pk>/review/", emerging.alert_review, name="review"),
]
