from django.urls import path

from iom.access import views

app_name = "access"
urlpatterns = [path("choose-role/", views.choose_role, name="choose_role")]
