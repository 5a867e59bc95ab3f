from django.apps import AppConfig

from iom.feeds.registry import register
from iom.persons.feeds import CUSTODY, PERSONS


class PersonsConfig(AppConfig):
    name = "iom.persons"
    label = "persons"

    def ready(self) -> None:
        register(PERSONS)
        register(CUSTODY)
