from django.urls import path

from iom.accounts import views

app_name = "accounts"
urlpatterns = [path("roles/", views.roles, name="roles")]
