from django.apps import AppConfig

from iom.accounts.reading import register_readers
from iom.audit.withheld import register_shows


class AccessConfig(AppConfig):
    name = "iom.access"
    label = "access"

    def ready(self) -> None:
        register_readers("iom.access.readers.compartment_lines")
        register_shows("iom.access.scoped.shows_column")
