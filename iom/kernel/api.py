"""How the API reads what it is sent, and how it says no."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.http import Http404
from django.utils.timezone import is_naive
from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.response import Response
from rest_framework.views import exception_handler

from iom.kernel.errors import Forbidden, Invalid, NotFound, Refused

LARGEST_ID = 2**63 - 1
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2199, 12, 31)
PAGE_SIZE, LARGEST_PAGE_SIZE, LAST_PAGE = 50, 200, 10_000


def answer_for(error: Exception, context: dict[str, Any]) -> Response | None:
    """One body for each kind of no; absent and not-yours are the same."""
    if isinstance(error, Refused):
        return Response({"detail": error.sentence}, status=409)
    if isinstance(error, Forbidden):
        return Response({"detail": error.sentence}, status=403)
    if isinstance(error, Invalid):
        return Response(error.fields, status=400)
    if isinstance(error, ParseError):
        return Response({"body": [str(error.detail)]}, status=400)
    if isinstance(error, NotFound | Http404):
        return Response({"detail": "Not found."}, status=404)
    return exception_handler(error, context)


class Code(serializers.ChoiceField):
    """One of a closed list of codes; `name` is what the list is called in the schema."""

    def __init__(self, name: str, codes: Iterable[Any], **kwargs: Any) -> None:
        self.enum_name = name
        self.codes = [str(code) for code in codes]
        super().__init__(choices=self.codes, allow_blank="" in self.codes, **kwargs)


class Day(serializers.DateField):
    """A day between 1900 and 2199."""

    default_error_messages = {"span": "The date must be between 1900 and 2199."}

    def to_internal_value(self, value: Any) -> date:
        day: date = super().to_internal_value(value)
        if not FIRST_DAY <= day <= LAST_DAY:
            self.fail("span")
        return day


class Moment(serializers.DateTimeField):
    """A moment with its offset from UTC; one without is ambiguous twice a year and is refused."""

    default_error_messages = {
        "offset": "Give the time with its offset, for example 2026-06-01T10:00:00+01:00.",
        "span": "The time must be between 1900 and 2199.",
    }

    def enforce_timezone(self, value: datetime) -> datetime:
        if is_naive(value):
            self.fail("offset")
        if not FIRST_DAY < value.date() < LAST_DAY:
            self.fail("span")
        aware: datetime = super().enforce_timezone(value)
        return aware


class Id(serializers.IntegerField):
    """The number of a record."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_value=1, max_value=LARGEST_ID, **kwargs)


class Words(serializers.CharField):
    """Sentences; empty where the field may be left out."""

    def __init__(self, longest: int = 4000, **kwargs: Any) -> None:
        if kwargs.get("required") is False:
            kwargs = {"default": "", "allow_blank": True} | {
                k: v for k, v in kwargs.items() if k != "required"
            }
        super().__init__(max_length=longest, **kwargs)


class Input(serializers.Serializer[Any]):
    """What the API is sent. A name it does not know is refused: a misspelt filter must not give the whole list."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = sorted(str(name) for name in data if name not in self.fields)
            if unknown:
                raise serializers.ValidationError({name: ["There is no such field."] for name in unknown})
        return super().to_internal_value(data)

    def names(self) -> dict[str, str]:
        """Name in the services -> name in the API, for the fields that are called otherwise there."""
        return {str(f.source): name for name, f in self.fields.items() if f.source != name}


class Paging(Input):
    """What every list may be asked."""

    page = serializers.IntegerField(min_value=1, max_value=LAST_PAGE, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=LARGEST_PAGE_SIZE, default=PAGE_SIZE)


class KeyPaging(Paging):
    """What a list is asked that is read by key: its last page costs what its first does."""

    page = None  # type: ignore[assignment]
    after = serializers.CharField(required=False, help_text="As `next` says it.")
    before = serializers.CharField(required=False, help_text="As `previous` says it.")


def sorts(codes: Iterable[str], name: str, default: str) -> Code:
    """The order of a list: each code as it is, and with a minus the other way round."""
    both = [sign + code for code in codes for sign in ("", "-")]
    return Code(name, both, default=default)


def read(kind: type[Input], data: Any) -> dict[str, Any]:
    """What was sent, checked and in the services' names; Invalid says each field's problem."""
    sent = kind(data=data)
    if not sent.is_valid():
        raise Invalid(flat(sent.errors))
    return dict(sent.validated_data)


def flat(errors: Mapping[Any, Any]) -> dict[str, list[str]]:
    """Each field's sentences in one list, those of its parts included."""
    return {_sayable(name): list(_sentences(found)) for name, found in errors.items()}


def _sayable(words: object) -> str:
    """Text that can be sent back: half a character, repeated from what was sent, cannot."""
    return str(words).encode("utf-8", "replace").decode()


def _sentences(found: Any) -> Iterable[str]:
    if isinstance(found, Mapping):
        found = list(found.values())
    if isinstance(found, list | tuple):
        for one in found:
            yield from _sentences(one)
    else:
        yield _sayable(found)
