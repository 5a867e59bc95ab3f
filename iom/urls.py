"""Where everything is. Each app keeps its own addresses."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

MOUNTS = {
    "accounts/": "iom.accounts",
    "": "iom.kernel",
    "people/": "iom.persons",
    "notifications/": "iom.notifications",
    "feeds/": "iom.feeds",
    "audit/": "iom.audit",
    "agencies/": "iom.agencies",
    "scores/": "scoring",
    "work/": "cohorts",
    "tags/": "tagging",
    "meetings/": "meetings",
    "reports/": "reports",
}
urlpatterns: list[URLPattern | URLResolver] = [
    path(prefix, include(f"{app}.urls")) for prefix, app in MOUNTS.items() if find_spec(f"{app}.urls")
]
