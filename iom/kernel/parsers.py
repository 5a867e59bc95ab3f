"""What a body sent to the API may be."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser, MultiPartParser

LARGEST_BODY = 1024**2


class TooLarge(APIException):
    status_code = 413
    default_detail = f"The body is larger than {LARGEST_BODY // 1024} KiB."


class BoundedJSONParser(JSONParser):
    """JSON of a bounded size and depth."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        meta = parser_context["request"].META if parser_context else {}
        if int(meta.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            raise TooLarge
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("The body is nested too deeply.") from error


class BoundedMultiPartParser(MultiPartParser):
    """A form with a file, of a bounded size; the file itself is streamed to disk (`iom.kernel.uploads`)."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        meta = parser_context["request"].META if parser_context else {}
        if int(meta.get("CONTENT_LENGTH") or 0) > settings.UPLOAD_LIMIT_BYTES:
            raise TooLarge(f"The body is larger than {settings.UPLOAD_LIMIT_BYTES // 1024**2} MiB.")
        return super().parse(stream, media_type, parser_context)
