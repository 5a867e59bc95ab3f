from django.urls import path

from tagging import views

app_name = "tagging"
urlpatterns = [
    path("", views.device_list, name="device_list"),
    path("add/", views.device_add, name="device_add"),
    path("<int:pk>/", views.device_detail, name="device_detail"),
    path("<int:pk>/state/", views.device_state, name="device_state"),
    path("<int:pk>/fit/", views.device_fit, name="device_fit"),
    path("wearings/<int:pk>/remove/", views.wearing_remove, name="wearing_remove"),
    path("people/<path:nominal_ref>/", views.person_tags, name="person_tags"),
]
