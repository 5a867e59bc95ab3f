from functools import partial
from typing import Any

from django.apps import AppConfig
from django.utils.module_loading import import_string

from iom.persons.alerts import AlertSource, register_alerts
from iom.persons.sections import Section, register_section

SECTIONS = (
    ("exploitation", "Exploitation", 20),
    ("intelligence", "Intelligence", 21),
    ("notes", "Notes", 22),
    ("tactics", "Tactics", 23),
    ("victims", "Victims", 24),
    ("young-person", "Young person", 25),
)


def _opens(code: str, actor: Any, nominal_ref: str) -> Any:
    kinds = import_string("iom.records.kinds.KINDS")
    return import_string("iom.records.permissions.opens_for")(actor, kinds[code], nominal_ref)


class RecordsConfig(AppConfig):
    name = "iom.records"
    label = "records"

    def ready(self) -> None:
        register_alerts(
            AlertSource("iom.records.selectors.exploitation_now", "iom.records.selectors.exploitation_alert")
        )
        for code, label, order in SECTIONS:
            name = f"records:{code.replace('-', '_')}"
            opens = partial(_opens, code)
            register_section(Section(f"records_{code}", label, name, "see_people", order, opens))
