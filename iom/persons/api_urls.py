from django.urls import path

from iom.persons import api

urlpatterns = [
    path("persons/", api.person_list, name="persons"),
    path("persons/<nominal_ref:nominal_ref>/", api.person_detail, name="person"),
]
