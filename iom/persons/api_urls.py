from django.urls import path

from iom.persons import api, api_reach

urlpatterns = [
    path("persons/", api.person_list, name="persons"),
    path("persons/<nominal_ref:nominal_ref>/", api.person_detail, name="person"),
    path("persons/<nominal_ref:nominal_ref>/open/", api_reach.elsewhere_open, name="elsewhere_open"),
    path("elsewhere/", api_reach.elsewhere_search, name="elsewhere"),
    path("emergency/", api_reach.emergency_open, name="emergency"),
    path("openings/", api_reach.opening_list, name="openings"),
    path("openings/<int:pk>/review/", api_reach.opening_review, name="opening_review"),
]
