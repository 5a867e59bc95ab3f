"""Parts of addresses with a form of their own."""

from django.urls import register_converter
from django.urls.converters import StringConverter


class NominalRef(StringConverter):
    """The force's reference of a person, as feeds give it."""

    regex = "[A-Z0-9/-]{3,20}"


class ModelCode(StringConverter):
    """The code of a score model."""

    regex = "[A-Z][A-Z0-9]{0,11}"


register_converter(NominalRef, "nominal_ref")
register_converter(ModelCode, "model_code")
