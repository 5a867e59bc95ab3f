from django.urls import path

from iom.feeds import views

app_name = "feeds"
urlpatterns = [
    path("", views.file_list, name="file_list"),
    path("send/", views.send, name="send"),
    path("<int:file_id>/", views.file_detail, name="file_detail"),
    path("<int:file_id>/rejects.csv", views.rejects, name="rejects"),
]
