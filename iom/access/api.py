"""Every door of the API is made here: who may come in, what is read, whose persons were seen, what is answered."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Protocol, TypeAlias

from django.db.models import QuerySet
from django.http import HttpRequest
from drf_spectacular.types import OpenApiTypes
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from iom.access.actor import Actor
from iom.accounts.rules import Power
from iom.audit.services import look
from iom.kernel import clock
from iom.kernel.api import Input, Paging, read
from iom.kernel.errors import Forbidden, Invalid, NotFound
from iom.kernel.openapi import described, page_serializer
from iom.kernel.pagination import COUNT_CAP, slice_of
from iom.kernel.parsers import BoundedMultiPartParser
from iom.kernel.step_up import API_SENTENCE, asked_again

Answers: TypeAlias = type[serializers.BaseSerializer[Any]]
Sees = Callable[[Actor], bool]


class Answer(serializers.Serializer[Any]):
    """What the API shows. A field in `seen_by` is absent, name and all, for whoever may not see it."""

    seen_by: ClassVar[Mapping[str, Sees]] = {}

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        actor: Actor | None = self.context.get("actor")
        for name, sees in self.seen_by.items():
            if actor is None:
                fields[name].required = False
                fields[name].help_text = "Absent for who may not see it."
            elif not sees(actor):
                del fields[name]
        return fields

    def today(self) -> date:
        """The day of the request, by which states are said."""
        day: date = self.context["on"]
        return day


@dataclass(frozen=True)
class Seen:
    """One thing that was read, and the persons it shows."""

    value: Any
    subjects: Iterable[int | None]
    what: str


class KeyPage(Protocol):
    """One page of a list that is read by key: its rows, and the keys that lead to the pages beside it."""

    @property
    def rows(self) -> Sequence[Any]: ...
    @property
    def previous_key(self) -> str: ...
    @property
    def next_key(self) -> str: ...
    @property
    def count(self) -> int: ...


@dataclass(frozen=True)
class Rows:
    """A list to cut a page from: `lines` makes the page's rows into what is shown, `subject` says whom one shows.

    `about` is the person whom the whole list is about, even when it is empty. A long list is cut by `by_key`, from the
    keys that its query asked for and the size of a page; its query is a `KeyPaging`.
    """

    rows: "QuerySet[Any] | Sequence[Any]"
    subject: Callable[[Any], int | None]
    what: str
    lines: Callable[[list[Any]], Sequence[Any]] = list
    kind: str = "consult"
    reason: str = ""
    about: int | None = None
    by_key: Callable[[int], KeyPage] | None = None


@dataclass(frozen=True)
class Cut:
    """A page as it is answered: its rows, the count to its cap, and the addresses beside it."""

    rows: list[Any]
    count: int
    count_is_capped: bool
    next: str | None
    previous: str | None


@dataclass(frozen=True)
class Operation:
    """One method at one address."""

    name: str
    method: str
    run: Callable[..., Any]
    answer: Answers
    takes: type[Input] | None
    power: Power | None
    status: int = 200
    multipart: bool = False
    """Takes a form with a file instead of JSON."""
    steps_up: str = ""
    """Done only by who has just confirmed that it is they: one of `step_up.REASONS`."""


Runs = Callable[[Callable[..., Any]], Operation]


def reads(name: str, answer: Answers, *, power: Power | None, query: type[Input] | None = None) -> Runs:
    """A function of actor, query and address that gives `Seen`."""
    return lambda run: Operation(name, "get", run, answer, query, power)


def lists(name: str, line: Answers, *, power: Power | None, query: type[Paging] = Paging) -> Runs:
    """A function of actor, query and address that gives `Rows`."""
    return lambda run: Operation(name, "get", run, line, query, power)


def acts(
    name: str,
    answer: Answers,
    *,
    takes: type[Input] | None = None,
    status: int = 200,
    multipart: bool = False,
    steps_up: str = "",
) -> Runs:
    """A function of actor, what was sent and address that calls a service, which asks for the power and audits."""
    return lambda run: Operation(name, "post", run, answer, takes, Power.USE_API, status, multipart, steps_up)


class SentFile(serializers.Serializer[Any]):
    """The answer of an act that hands out a file: the bytes themselves."""


def hands_out(name: str, *, takes: type[Input]) -> Runs:
    """A function of request, what was sent and address that answers with a file; its service asks and audits."""
    return lambda run: Operation(name, "post", run, SentFile, takes, Power.USE_API)


class Nothing(Input):
    """An act that needs no more than its address."""


class Door(APIView):
    """An address of the API."""

    operations: ClassVar[Mapping[str, Operation]] = {}

    @property
    def operation(self) -> Operation | None:
        method = (self.request.method or "").lower()
        return self.operations.get("get" if method == "head" else method)

    @property
    def power(self) -> Power | None:
        return self.operation.power if self.operation else None


def endpoint(*operations: Operation, tag: str) -> Callable[..., Any]:
    """The view of one address with these methods."""
    members: dict[str, Any] = {
        "operations": {operation.method: operation for operation in operations},
        "__doc__": operations[0].run.__doc__,
    }
    if any(operation.multipart for operation in operations):
        members["parser_classes"] = [BoundedMultiPartParser]
    for operation in operations:
        members[operation.method] = _method(operation, tag)
    name = "".join(part.capitalize() for part in operations[0].name.split("_"))
    door: type[Door] = type(name, (Door,), members)
    return door.as_view()


def _method(operation: Operation, tag: str) -> Any:
    is_list = operation.takes is not None and issubclass(operation.takes, Paging)
    run = _act if operation.method == "post" else (_list if is_list else _read)
    if operation.answer is SentFile:
        run = _hand_out

    def method(self: Door, request: Request, **address: Any) -> Any:
        return run(operation, request, address)

    method.__doc__ = operation.run.__doc__
    return described(
        method,
        name=operation.name,
        about=operation.run.__doc__ or operation.name,
        tag=tag,
        answer=_described_answer(operation, is_list),
        status=operation.status,
        takes=operation.takes,
        writes=operation.method == "post",
        multipart=operation.multipart,
    )


def _described_answer(operation: Operation, is_list: bool) -> Any:
    if operation.answer is SentFile:
        return OpenApiTypes.BINARY
    return page_serializer(operation.answer) if is_list else operation.answer


def _actor(request: Request) -> Actor:
    return request._request.actor  # type: ignore[attr-defined,no-any-return]


def _context(request: Request) -> dict[str, Any]:
    return {"actor": _actor(request), "on": clock.today()}


def _read(operation: Operation, request: Request, address: dict[str, Any]) -> Response:
    asked = read(operation.takes or Nothing, request.query_params)
    seen: Seen = operation.run(_actor(request), asked, **address)
    _look(request._request, seen.subjects, seen.what)
    return Response(operation.answer(seen.value, context=_context(request)).data)


def _list(operation: Operation, request: Request, address: dict[str, Any]) -> Response:
    asked = read(operation.takes or Paging, request.query_params)
    page, size = asked.pop("page", 1), asked.pop("page_size")
    found: Rows = operation.run(_actor(request), asked, **address)
    url = request.build_absolute_uri()
    cut = _cut_by_key(found.by_key(size), url) if found.by_key else _cut_by_number(found, page, size, url)
    subjects = [found.about, *map(found.subject, cut.rows)]
    _look(request._request, subjects, found.what, found.kind, found.reason)
    lines = operation.answer(found.lines(cut.rows), many=True, context=_context(request))
    return Response(
        {
            "count": cut.count,
            "count_is_capped": cut.count_is_capped,
            "next": cut.next,
            "previous": cut.previous,
            "results": lines.data,
        }
    )


def _cut_by_number(found: Rows, page: int, size: int, url: str) -> Cut:
    cut = slice_of(found.rows, page, size)  # type: ignore[arg-type]
    if page > 1 and not cut.rows:
        raise Invalid({"page": ["There is no such page."]})
    return Cut(
        rows=cut.rows,
        count=cut.count,
        count_is_capped=cut.count_is_capped,
        next=replace_query_param(url, "page", page + 1) if cut.more else None,
        previous=replace_query_param(url, "page", page - 1) if page > 1 else None,
    )


def _cut_by_key(page: KeyPage, url: str) -> Cut:
    bare = remove_query_param(remove_query_param(url, "after"), "before")
    return Cut(
        rows=list(page.rows),
        count=min(page.count, COUNT_CAP),
        count_is_capped=page.count > COUNT_CAP,
        next=replace_query_param(bare, "after", page.next_key) if page.next_key else None,
        previous=replace_query_param(bare, "before", page.previous_key) if page.previous_key else None,
    )


def _look(
    request: HttpRequest,
    subjects: Iterable[int | None],
    what: str,
    kind: str = "consult",
    reason: str = "",
) -> None:
    seen = [pk for pk in subjects if pk is not None]
    look(request, subjects=seen, kind=kind, what=f"API: {what}", reason=reason)


def _act(operation: Operation, request: Request, address: dict[str, Any]) -> Response:
    if operation.steps_up and asked_again(request._request, operation.steps_up):
        raise Forbidden(API_SENTENCE)
    kind = operation.takes or Nothing
    typed = read(kind, request.data)
    try:
        done = operation.run(_actor(request), typed, **address)
    except Invalid as invalid:
        names = kind().names()
        raise Invalid({names.get(field, field): said for field, said in invalid.fields.items()}) from invalid
    answer = operation.answer(done, context=_context(request))
    return Response(answer.data, status=operation.status)


def _hand_out(operation: Operation, request: Request, address: dict[str, Any]) -> Any:
    typed = read(operation.takes or Nothing, request.data)
    return operation.run(request._request, typed, **address)


class Nowhere(APIView):
    """Every other address under the API: the same answer as for a record that is not there."""

    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        raise NotFound
