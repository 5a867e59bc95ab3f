from django.urls import path

from iom.documents import api

urlpatterns = [
    path("persons/<nominal_ref:nominal_ref>/documents/", api.documents_of_person, name="person_documents"),
    path("documents/<int:pk>/", api.document_detail, name="document"),
    path("documents/<int:pk>/download/", api.document_download, name="document_download"),
]
