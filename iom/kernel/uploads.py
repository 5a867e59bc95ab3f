"""Where an uploaded file goes before anybody looks at it: to disk, bounded, readable by the product alone."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import SkipFile, TemporaryFileUploadHandler
from django.http import HttpRequest


class BoundedUploadHandler(TemporaryFileUploadHandler):
    """Streams an upload to a folder beside the store; one beyond the limit is let go of, the rest of the form stays."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        Path(settings.FILE_UPLOAD_TEMP_DIR).mkdir(parents=True, exist_ok=True, mode=0o700)
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if start + len(raw_data) > settings.UPLOAD_LIMIT_BYTES:
            self.file.close()
            self.request.upload_too_large = True  # type: ignore[union-attr]
            raise SkipFile
        return super().receive_data_chunk(raw_data, start)


def was_too_large(request: HttpRequest) -> bool:
    """Whether a file of this request was let go of."""
    return getattr(request, "upload_too_large", False)
