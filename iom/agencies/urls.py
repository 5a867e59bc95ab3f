from django.urls import path

from iom.agencies import views

app_name = "agencies"
urlpatterns = [
    path("", views.agency_list, name="agency_list"),
    path("<slug:code>/", views.agency_detail, name="agency_detail"),
]
