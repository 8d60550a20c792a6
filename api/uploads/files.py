"""Scans of materials (``POST /api/files``): multipart, counted, one file a request."""

import hashlib
from collections.abc import AsyncIterator
from typing import Annotated, Any, BinaryIO

from fastapi import APIRouter, Depends
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from api import answers, openapi
from api.body import MediaTypeRefused, read_form_within_time
from api.dependencies import Commanding
from authz import decisions
from authz.acts import Act
from database.refusals import Invalid
from engine.archiving.archive_filing import KEEP
from engine.scans import files

router = APIRouter(tags=["files"], prefix="/api/files")

FIELD = "file"
_EXTRA: dict[str, Any] = {
    **openapi.says(),
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": [FIELD],
                    "properties": {FIELD: {"type": "string", "format": "binary"}},
                }
            }
        },
    },
}


class FileMissing(Invalid):
    """Send one file, in the multipart field called file."""

    rule = "file.missing"


class Upload:
    """A file as it came; what it says is looked at only when the sender may store it."""

    def __init__(self, file: UploadFile | None) -> None:
        self._file = file

    def readable(self) -> dict[str, str] | None:
        """What makes this upload the same as another: its content and its name."""
        if self._file is None:
            return None
        self._file.file.seek(0)
        content = hashlib.file_digest(self._file.file, "sha256").hexdigest()  # type: ignore[arg-type]
        return {"content": content, "name": self.name}

    def checked(self) -> BinaryIO:
        """The content from its beginning. Raises FileMissing."""
        if self._file is None:
            raise FileMissing
        self._file.file.seek(0)
        return self._file.file

    @property
    def name(self) -> str:
        """What the sender calls it: a remark, never a path."""
        return (self._file.filename if self._file else None) or ""


async def _upload(request: Request) -> AsyncIterator[Upload]:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise MediaTypeRefused("Send the file as multipart/form-data.")
    sent = await read_form_within_time(request)
    try:
        found = sent.get(FIELD)
        yield Upload(found if isinstance(found, UploadFile) else None)
    finally:
        await sent.close()


@router.post("", status_code=201, response_model=answers.Stored, openapi_extra=_EXTRA)
def upload(upload: Annotated[Upload, Depends(_upload)], caller: Commanding) -> Response:
    """Store a scan; materials refer to it by the digest in the answer."""
    with caller.reading() as reading:
        session, actor = reading.session, reading.actor
        if decisions.may(session, actor, Act(KEEP, agency=actor.agency)) is None:
            decisions.require(session, actor, Act("see", agency=actor.agency))
    scan = files.put(caller.office.scans, upload.checked())
    with caller.command(upload) as command:
        actor = command.actor
        digest = files.keep(command.session, actor.account_id, actor.agency, scan, upload.name)
        return command.answer({"file": digest}, 201)
