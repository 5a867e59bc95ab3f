from django.urls import path

from iom.signin import views

app_name = "signin"
urlpatterns = [path("signin/confirm/", views.confirm, name="confirm")]
