from django.urls import path, register_converter

from iom.sharing.rules import What
from iom.sharing.views import agencies, agreements, people


class WhatConverter:
    """The kind of record that is disclosed by name."""

    regex = "|".join(what.value for what in What)

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return str(value)


register_converter(WhatConverter, "disclosed")

app_name = "sharing"
urlpatterns = [
    path("agreements/<int:pk>/", agreements.agreement_detail, name="agreement_detail"),
    path("agreements/<int:pk>/amend/", agreements.agreement_amend, name="agreement_amend"),
    path("agreements/<int:pk>/end/", agreements.agreement_end, name="agreement_end"),
    path("agencies/<slug:code>/agreement/", agreements.agreement_add, name="agreement_add"),
    path("agencies/<slug:code>/", agencies.agency_page, name="agency"),
    path("agencies/<slug:code>/export.csv", agencies.agency_export, name="agency_export"),
    path("received/", agencies.received_list, name="received"),
    path("received/<int:pk>/", agencies.received_item, name="received_item"),
    path("received/decisions/<int:pk>/", agencies.received_decision, name="received_decision"),
    path("disclose/<disclosed:what>/<int:pk>/", people.disclose, name="disclose"),
    path("disclosures/<disclosed:what>/<int:pk>/revoke/", people.revoke, name="revoke"),
    path("people/<path:nominal_ref>/export.csv", people.ledger_export, name="ledger_export"),
    path("people/<path:nominal_ref>/write-down/", people.write_down_page, name="write_down"),
    path("people/<path:nominal_ref>/consent/", people.consent, name="consent"),
    path("people/<path:nominal_ref>/", people.person_sharing, name="person"),
]
