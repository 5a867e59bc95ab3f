from django.conf import settings
from django.urls import URLPattern, path

from iom.kernel import design

app_name = "kernel"
urlpatterns: list[URLPattern] = []
if not settings.PRODUCTION:
    urlpatterns.append(path("design/", design.components, name="design"))
