from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "iom.documents"
    label = "documents"
