from django.apps import AppConfig
from django.utils.module_loading import import_string

from iom.accounts.rules import Power
from iom.persons.sections import Section, register_section

SECTION = Section(
    "local_calculations",
    "Local calculation",
    "instruments:calculations",
    Power.SEE_SCORES,
    order=60,
    opens=lambda reader, nominal_ref: bool(import_string("scoring.instruments.permissions.in_use")()),
)


class InstrumentsConfig(AppConfig):
    name = "scoring.instruments"
    label = "instruments"

    def ready(self) -> None:
        register_section(SECTION)
