from django.urls import path

from iom.feeds.views import files, keeping

app_name = "feeds"
urlpatterns = [
    path("", files.file_list, name="file_list"),
    path("send/", files.send, name="send"),
    path("<int:file_id>/", files.file_detail, name="file_detail"),
    path("<int:file_id>/again/", files.again, name="again"),
    path("<int:file_id>/rejects.csv", files.rejects, name="rejects"),
    path("rhythm/<slug:feed>/", keeping.rhythm, name="rhythm"),
    path("systems/", keeping.senders, name="senders"),
    path("systems/new/", keeping.new_sender, name="new_sender"),
    path("systems/<int:sender_id>/end/", keeping.end, name="end_sender"),
]
