"""The product's addresses, a page that shows nothing but its frame, and Django admin to compare with."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from benchmarks.change_list import site
from iom.urls import urlpatterns as addresses_of_the_product

EMPTY = "{% extends 'base.html' %}{% block content %}<h1>Nothing</h1>{% endblock %}"


def empty(request: HttpRequest) -> HttpResponse:
    """Session, role, row policies, menu and footer, and no content: what no page of this stack can be faster than."""
    return HttpResponse(engines["django"].from_string(EMPTY).render({}, request))


urlpatterns = [path("empty/", empty), path("admin/", site.urls), *addresses_of_the_product]
