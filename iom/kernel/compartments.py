"""To which compartment each field of each model belongs; a field without one fails `manage.py check` (SHR-2).

Every app names its fields one by one in `<app>/compartments.py`. Who reads a compartment is decided in one table,
`iom.access.scoped.COMPARTMENT_READERS`.
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core import checks
from django.db import models


class Compartment(StrEnum):
    """What a field is about, as far as it decides who may read it."""

    CORE = "core"
    IDENTIFIER = "identifier"
    PLAN = "plan"
    OPERATIONS = "operations"
    INTELLIGENCE = "intelligence"
    DISCLOSED = "disclosed"
    VICTIM = "victim"
    NOTE = "note"
    YOUTH = "youth"
    EXPLOITATION = "exploitation"
    EQUALITY = "equality"
    STRUCTURE = "structure"
    ACCOUNT = "account"
    AUDIT = "audit"
    SYSTEM = "system"


COMPARTMENT_LABELS = {
    Compartment.CORE: "Core identity",
    Compartment.IDENTIFIER: "Police identifiers",
    Compartment.PLAN: "Plan and case",
    Compartment.OPERATIONS: "Police operations",
    Compartment.INTELLIGENCE: "Intelligence",
    Compartment.DISCLOSED: "Disclosed intelligence",
    Compartment.VICTIM: "Victims",
    Compartment.NOTE: "Agency notes",
    Compartment.YOUTH: "Young people",
    Compartment.EXPLOITATION: "Exploitation",
    Compartment.EQUALITY: "Equality",
    Compartment.STRUCTURE: "Structure",
    Compartment.ACCOUNT: "Sign-in",
    Compartment.AUDIT: "Audit",
    Compartment.SYSTEM: "System",
}
COMPARTMENT_MEANING = {
    Compartment.CORE: "Who the person is, where they live or are held, orders, warnings and assessments.",
    Compartment.IDENTIFIER: "PNC and CRO numbers.",
    Compartment.PLAN: "Referral, case, plan, pathways, appointments, duties and meetings' decisions.",
    Compartment.OPERATIONS: "Scores, events, tags, tactics, and what a board weighed.",
    Compartment.INTELLIGENCE: "What an intelligence item says, where it came from and how it was graded.",
    Compartment.DISCLOSED: "The sanitised text of an intelligence item, for agencies it is disclosed to.",
    Compartment.VICTIM: "Victims of the person, how to reach them and what keeps them safe.",
    Compartment.NOTE: "What an agency wrote down, for itself and for the agencies it names.",
    Compartment.YOUTH: "A child's school, family, care, court orders and move to adult services.",
    Compartment.EXPLOITATION: "How the person is exploited, and what must change in how they are dealt with.",
    Compartment.EQUALITY: "Ethnicity, for counting only.",
    Compartment.STRUCTURE: "Agencies, districts, teams and calendars; names nobody who is managed.",
    Compartment.ACCOUNT: "Passwords, second factors and what belongs to signing in.",
    Compartment.AUDIT: "Who looked at or changed what.",
    Compartment.SYSTEM: "Numbers, hashes and the state of background work.",
}

_named: list[tuple[str, str, Compartment]] = []


def classify(model: str, **fields: str) -> None:
    """Say of each field of a model (`"persons.Person"`) where it belongs: `core="nominal_ref family_name"`."""
    for compartment, names in fields.items():
        for name in names.split():
            _named.append((model, name, Compartment(compartment)))


def ours() -> Iterator[AppConfig]:
    """The apps of this product among the installed ones."""
    root = Path(settings.BASE_DIR)
    for config in apps.get_app_configs():
        path = Path(config.path)
        if path.is_relative_to(root) and not path.relative_to(root).parts[0].startswith("."):
            yield config


@cache
def registry() -> dict[tuple[str, str], Compartment]:
    """Every classified field, by model label and field name."""
    for config in ours():
        if config.name != "iom.kernel" and find_spec(f"{config.name}.compartments"):
            import_module(f"{config.name}.compartments")
    return {(model, name): compartment for model, name, compartment in _named}


def compartment_of(model: type[models.Model] | str, field: str) -> Compartment:
    """The compartment of one field; KeyError for a field nobody classified."""
    label = model if isinstance(model, str) else model._meta.label
    return registry()[(label, field)]


def concrete_fields() -> Iterator[tuple[str, str]]:
    """Every field of every table of our apps: model label and field name."""
    for config in ours():
        for model in config.get_models(include_auto_created=True):
            if not model._meta.proxy:
                for field in model._meta.concrete_fields:
                    yield model._meta.label, field.name


def fields_in(*compartments: Compartment) -> list[tuple[str, str]]:
    """The classified fields of these compartments: model label and field name."""
    return [key for key, compartment in registry().items() if compartment in compartments]


def check_compartments(app_configs: Iterable[AppConfig] | None, **kwargs: Any) -> list[checks.CheckMessage]:
    """iom.E001: a field in no compartment, in two, or a classified field that does not exist."""
    registry()
    wanted = list(concrete_fields())
    named = [(model, name) for model, name, _ in _named]
    problems = [
        f"{model}.{name} is in no compartment." for model, name in wanted if (model, name) not in named
    ]
    twice = {key for key in named if named.count(key) > 1}
    problems += [f"{model}.{name} is classified twice." for model, name in sorted(twice)]
    unknown = set(named) - set(wanted)
    problems += [f"{model}.{name} is classified but does not exist." for model, name in sorted(unknown)]
    return [checks.Error(problem, id="iom.E001") for problem in problems]
