from django.urls import path

from scoring.views import codes, emerging, scores

app_name = "scoring"
urlpatterns = [
    path("scores/", scores.scores, name="scores"),
    path("scores/<str:model>/", scores.scores, name="scores_of"),
    path("people/<path:nominal_ref>/score/<str:model>/", scores.person_score, name="person_score"),
    path("offence-codes/", codes.codes, name="codes"),
    path("offence-codes/lists/<int:list_id>/", codes.code_list, name="code_list"),
    path("offence-codes/<slug:ho_code>/change/", codes.change_code, name="change_code"),
    path("emerging/", emerging.emerging, name="emerging"),
    path("emerging/alerts/<int:alert_id>/", emerging.review, name="review"),
    path("emerging/<slug:unit_code>/", emerging.one_tab, name="tab"),
]
