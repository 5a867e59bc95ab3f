from django.urls import path

from iom.records.api import LISTS

urlpatterns = [
    path(f"persons/<nominal_ref:nominal_ref>/{code}/", view, name=f"records_{code.replace('-', '_')}")
    for code, view in LISTS.items()
]
