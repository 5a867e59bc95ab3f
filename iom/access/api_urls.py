from django.urls import path

from iom.access.docs import api_page, schema

urlpatterns = [
    path("", api_page, name="docs"),
    path("schema/", schema, name="schema"),
]
