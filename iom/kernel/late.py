"""Modules that are heavy and seldom needed: loaded by the first who needs them, never by a process that does not."""

from functools import cache
from importlib import import_module
from types import ModuleType


@cache
def late(name: str) -> ModuleType:
    """The module of this name; the first call in a process loads it."""
    return import_module(name)
