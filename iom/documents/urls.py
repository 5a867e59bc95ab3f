from django.urls import path

from iom.documents import views
from iom.kernel import converters  # noqa: F401  (registers the parts of addresses)

app_name = "documents"
urlpatterns = [
    path("uploads/", views.uploads, name="uploads"),
    path("store/", views.room, name="room"),
    path("<int:pk>/", views.document, name="document"),
    path("<int:pk>/download/", views.download, name="download"),
    path("<int:pk>/download/reason/", views.download_sensitive, name="download_sensitive"),
    path("<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("<int:pk>/version/", views.version_add, name="version_add"),
    path("<int:pk>/audience/", views.audience, name="audience"),
    path("<int:pk>/check-again/", views.check_again, name="check_again"),
    path("people/<nominal_ref:nominal_ref>/", views.person_documents, name="person_documents"),
    path("people/<nominal_ref:nominal_ref>/add/", views.document_add, name="document_add"),
]
