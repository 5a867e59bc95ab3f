from django.urls import path

from iom.persons import views

app_name = "persons"
urlpatterns = [path("", views.people, name="people")]
