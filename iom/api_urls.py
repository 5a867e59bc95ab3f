"""Addresses of the API: each app keeps its own."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path, re_path

from iom.access.api import Nowhere
from iom.kernel import converters  # noqa: F401  (registers the parts of addresses)

APPS = (
    *("iom.access", "iom.persons", "iom.records", "iom.documents", "iom.sharing"),
    *("scoring", "scoring.instruments", "cohorts"),
)
app_name = "api"
urlpatterns: list[URLPattern | URLResolver] = [
    *(path("", include(f"{app}.api_urls")) for app in APPS if find_spec(f"{app}.api_urls")),
    re_path("", Nowhere.as_view(), name="nowhere"),
]
