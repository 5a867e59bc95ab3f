"""How the API describes itself: names of its lists of codes, of its pages and of its refusals."""

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import Direction, OpenApiResponse, extend_schema
from rest_framework import serializers

from iom.kernel.api import Code


class CodeExtension(OpenApiSerializerFieldExtension):
    """Each closed list of codes is one named component, wherever it is used."""

    target_class = "iom.kernel.api.Code"
    match_subclasses = True

    def map_serializer_field(self, auto_schema: AutoSchema, direction: Direction) -> dict[str, Any]:
        field: Code = self.target
        component = ResolvedComponent(
            name=field.enum_name,
            type=ResolvedComponent.SCHEMA,
            schema={"type": "string", "enum": field.codes},
            object=field.enum_name,
        )
        auto_schema.registry.register_on_missing(component)
        reference: dict[str, Any] = component.ref
        return reference


class RefusalSerializer(serializers.Serializer[Any]):
    """Why it was not done, in a sentence."""

    detail = serializers.CharField()


PROBLEMS = {
    "type": "object",
    "description": "Each field that is wrong, with its sentences.",
    "additionalProperties": {"type": "array", "items": {"type": "string"}},
}
REFUSALS = {
    403: "Not signed in, or the role does not allow this.",
    404: "There is no such record, or it is not yours: one answer for both.",
    409: "A rule forbids it; the sentence says why.",
    413: "The body is too large.",
    415: "The body is of another kind than is taken here.",
    429: "Too many requests in one minute; Retry-After says in how many seconds to go on.",
}


_pages: dict[str, type[serializers.Serializer[Any]]] = {}


def page_serializer(line: Any) -> type[serializers.Serializer[Any]]:
    """The serializer of one page of these lines; one for each, so that the schema names it once."""
    name = f"{line.__name__.removesuffix('Serializer')}PageSerializer"
    if name not in _pages:
        members = {
            "__doc__": "One page. The count stops at a thousand.",
            "count": serializers.IntegerField(),
            "count_is_capped": serializers.BooleanField(),
            "next": serializers.CharField(allow_null=True),
            "previous": serializers.CharField(allow_null=True),
            "results": line(many=True),
        }
        _pages[name] = type(name, (serializers.Serializer,), members)
    return _pages[name]


def described(
    method: Any,
    *,
    name: str,
    about: str,
    tag: str,
    answer: Any,
    status: int,
    takes: type[serializers.Serializer[Any]] | None,
    writes: bool,
    multipart: bool = False,
) -> Any:
    """The method with its operation id, parameters or body, answer and every refusal it can give."""
    summary, _, rest = about.partition("\n")
    refusals = {403, 404, 429} | ({409, 413, 415} if writes else set())
    responses: dict[Any, Any] = {
        (status, "application/octet-stream") if answer is OpenApiTypes.BINARY else status: answer
    }
    body = {"multipart/form-data": takes} if multipart and takes else takes
    responses |= {code: OpenApiResponse(RefusalSerializer, REFUSALS[code]) for code in sorted(refusals)}
    responses[400] = OpenApiResponse(PROBLEMS, "What was sent is wrong.")
    return extend_schema(
        operation_id=name,
        summary=summary.rstrip("."),
        description=rest.strip() or summary,
        tags=[tag],
        request=(body if takes else None) if writes else None,
        parameters=[takes] if takes and not writes else [],
        responses=responses,
    )(method)
