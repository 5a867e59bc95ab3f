"""The addresses of the reports on how scores turned out."""

from django.urls import path

from reports.worth import views

app_name = "worth"
urlpatterns = [
    path("reports/worth/", views.reports, name="reports"),
    path("reports/worth/ask/", views.ask, name="ask"),
    path("reports/worth/<int:evaluation_id>/", views.report, name="report"),
    path("reports/worth/<int:evaluation_id>/download/", views.download, name="download"),
]
