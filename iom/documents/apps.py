from importlib import import_module

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    name = "iom.documents"
    label = "documents"

    def ready(self) -> None:
        import_module("iom.documents.startup").begin()
