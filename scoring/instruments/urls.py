from django.urls import path

from scoring.instruments import views

app_name = "instruments"
urlpatterns = [
    path("people/<path:nominal_ref>/local-calculations/ogrs3/", views.ogrs3, name="ogrs3"),
    path("people/<path:nominal_ref>/local-calculations/predictors/", views.predictors, name="predictors"),
    path("people/<path:nominal_ref>/local-calculations/", views.calculations, name="calculations"),
]
