from django.apps import AppConfig

from iom.accounts.reading import register_readers


class AccessConfig(AppConfig):
    name = "iom.access"
    label = "access"

    def ready(self) -> None:
        register_readers("iom.access.readers.compartment_lines")
