from django.urls import path

from scoring.views import emerging, explained, scores

app_name = "scoring"
urlpatterns = [
    path("scores/", scores.scores, name="scores"),
    path("scores/<str:model>/", scores.scores, name="scores_of"),
    path("scores/<str:model>/day/", scores.day, name="day"),
    path("people/<path:nominal_ref>/score/<str:model>/", explained.person_score, name="person_score"),
    path("emerging/", emerging.emerging, name="emerging"),
    path("emerging/rule/", emerging.rule, name="rule"),
    path("emerging/alerts/<int:alert_id>/", emerging.review, name="review"),
    path("emerging/<slug:unit_code>/", emerging.one_tab, name="tab"),
]
