"""Where everything is. Each app keeps its own addresses."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

MOUNTS = {
    "iom.kernel": "",
    "iom.accounts": "accounts/",
    "iom.signin": "",
    "iom.access": "access/",
    "iom.notifications": "notifications/",
    "iom.approvals": "approvals/",
    "iom.audit": "audit/",
    "iom.agencies": "agencies/",
    "iom.feeds": "feeds/",
    "iom.persons": "people/",
    "iom.records": "records/",
    "iom.sharing": "sharing/",
    "iom.documents": "documents/",
    "scoring": "",
    "scoring.instruments": "",
    "cohorts": "",
    "tagging": "tags/",
    "meetings": "meetings/",
    "reports": "",
    "reports.worth": "",
    "iom.retention": "",
    "iom.oversight": "",
}
urlpatterns: list[URLPattern | URLResolver] = [
    *(path(prefix, include(f"{app}.urls")) for app, prefix in MOUNTS.items() if find_spec(f"{app}.urls")),
    path("api/v1/", include("iom.api_urls")),
]
