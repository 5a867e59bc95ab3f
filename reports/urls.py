"""The addresses of the reports."""

from django.urls import path
from django.views.generic import RedirectView

from reports import decisions, ledger, views
from reports.kept_pack import record_pack_keep
from reports.record_pack import record_pack
from reports.tab_record import tab_record_page
from reports.transparency.views import record, records

app_name = "reports"
urlpatterns = [
    path("reports/disclosures/<path:nominal_ref>/", ledger.ledger_pdf, name="ledger_pdf"),
    path("reports/tab/<slug:unit_code>/", tab_record_page, name="tab_record"),
    path("reports/decisions/", decisions.decision_study, name="decisions"),
    path("reports/transparency/", records, name="transparency"),
    path("reports/transparency/<str:model>/", record, name="transparency_record"),
    path("reports/decisions/csv/", decisions.decision_csv, name="decisions_csv"),
    path("reports/compliance/", views.compliance, name="compliance"),
    path("reports/compliance/cases/", views.compliance_cases, name="compliance_cases"),
    path("reports/compliance/download/", views.compliance_download, name="compliance_download"),
    path("reports/record-pack/keep/<path:nominal_ref>/", record_pack_keep, name="record_pack_keep"),
    path("reports/record-pack/<path:nominal_ref>/", record_pack, name="record_pack"),
    path(
        "compliance/",
        RedirectView.as_view(
            pattern_name="reports:compliance", query_string=True, http_method_names=["get", "head"]
        ),
        name="compliance_short",
    ),
]
