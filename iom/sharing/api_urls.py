from django.urls import path

from iom.sharing.api import agreements, approvals, ledger

urlpatterns = [
    path("agreements/", agreements.agreement_list, name="agreements"),
    path("agreements/<int:pk>/", agreements.agreement_detail, name="agreement"),
    path("persons/<nominal_ref:nominal_ref>/ledger/", ledger.person_ledger, name="person_ledger"),
    path("agencies/<slug:code>/ledger/", ledger.agency_ledger_list, name="agency_ledger"),
    path("approvals/", approvals.approval_list, name="approvals"),
    path("approvals/<int:pk>/", approvals.approval_detail, name="approval"),
    path("approvals/<int:pk>/approve/", approvals.approval_approve, name="approval_approve"),
    path("approvals/<int:pk>/refuse/", approvals.approval_refuse, name="approval_refuse"),
]
