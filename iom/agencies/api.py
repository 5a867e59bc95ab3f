"""How the API names agencies and units: by their codes."""

from typing import Any

from rest_framework import serializers
from rest_framework.fields import empty

from iom.agencies.selectors import agency_id, unit_id


class AgencySerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()


class UnitSerializer(serializers.Serializer):
    """A district, the Prison Hub, or the force."""

    code = serializers.CharField()
    name = serializers.CharField()


class AgencyCode(serializers.SlugField):
    """The code of an agency; gives its number."""

    default_error_messages = {"absent": "There is no agency with this code."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=32, **kwargs)

    def run_validation(self, data: Any = empty) -> Any:
        code = super().run_validation(data)
        if not isinstance(code, str):
            return code
        found = agency_id(code)
        if found is None:
            self.fail("absent")
        return found


class UnitCode(serializers.SlugField):
    """The code of a district or hub; gives its number."""

    default_error_messages = {"absent": "There is no district or hub with this code."}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=32, **kwargs)

    def run_validation(self, data: Any = empty) -> Any:
        code = super().run_validation(data)
        if not isinstance(code, str):
            return code
        found = unit_id(code)
        if found is None:
            self.fail("absent")
        return found
