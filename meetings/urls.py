from django.urls import path

from meetings import views

app_name = "meetings"
urlpatterns = [
    path("", views.meeting_list, name="meeting_list"),
    path("add/", views.meeting_add, name="meeting_add"),
    path("<int:pk>/", views.meeting_detail, name="meeting_detail"),
    path("<int:pk>/disclosure/", views.meeting_disclosure, name="meeting_disclosure"),
    path("<int:pk>/disclose/", views.meeting_disclose, name="meeting_disclose"),
    path("<int:pk>/decide/", views.decision_add, name="decision_add"),
    path("people/<path:nominal_ref>/", views.person_meetings, name="person_meetings"),
]
