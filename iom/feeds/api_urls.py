from django.urls import path

from iom.feeds import api

urlpatterns = [
    path("feeds/files/<int:file_id>/", api.FileState.as_view(), name="feed_file"),
    path("feeds/<slug:kind>/", api.SendFile.as_view(), name="feed_send"),
]
