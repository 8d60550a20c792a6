"""A list of employees on its way in: sent as a form, read outside any transaction, checked, then kept."""

import hashlib
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, BinaryIO

from fastapi import Depends
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from api.body import MediaTypeRefused, read_form_within_time
from api.dependencies import Caller
from api.uploads.files import FileMissing
from database.refusals import Invalid
from engine.applications import field_errors
from engine.workbooks import list_checks, list_columns, list_reading, sheets
from engine.workbooks.list_checks import Asked
from engine.workbooks.lists import Checked
from engine.workbooks.sheets import SheetRow

FIELD = "file"
# After how many rows a page hears how far it is.
TOLD_EVERY = 100


class ListFields(BaseModel):
    """What is sent beside the file: ``form`` is the form's other fields, as JSON."""

    model_config = ConfigDict(strict=True, extra="forbid")

    process: str = Field(min_length=1, max_length=40)
    uscc: str = Field(min_length=1, max_length=18)
    form: str = Field(default="{}", max_length=10_000)


@dataclass(frozen=True, slots=True)
class Step:
    """How far a check is: ``reading`` or ``checking``, and how many rows of about how many."""

    phase: str
    done: int
    about: int


class ListUpload:
    """A list as it came; nothing of it is judged until the sender's right is."""

    def __init__(self, sent: FormData) -> None:
        file = sent.get(FIELD)
        self._file = file if isinstance(file, UploadFile) else None
        self.fields = {
            name: value for name, value in sent.items() if name != FIELD and isinstance(value, str)
        }

    def readable(self) -> dict[str, Any] | None:
        """What makes this upload the same as another: its fields and the content of its file."""
        if self._file is None:
            return None
        self._file.file.seek(0)
        content = hashlib.file_digest(self._file.file, "sha256").hexdigest()  # type: ignore[arg-type]
        return {**self.fields, "content": content}

    def asked(self) -> Asked:
        """What the fields say. Raises Invalid naming every wrong one."""
        try:
            said = ListFields.model_validate(self.fields)
        except ValidationError as wrong:
            text = "Some fields don't fit; each says why. Nothing was done."
            raise Invalid(text, errors=field_errors(wrong)) from None
        return Asked(said.process, said.uscc, _form(said.form))

    def content(self) -> BinaryIO:
        """The file from its beginning. Raises FileMissing."""
        if self._file is None:
            raise FileMissing
        self._file.file.seek(0)
        return self._file.file


async def _upload(request: Request) -> AsyncIterator[ListUpload]:
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        raise MediaTypeRefused("Send the list as multipart/form-data.")
    sent = await read_form_within_time(request)
    try:
        yield ListUpload(sent)
    finally:
        await sent.close()


Uploaded = Annotated[ListUpload, Depends(_upload)]


def may(caller: Caller, upload: ListUpload) -> None:
    """Refuse whoever may not accept this business. Raises UnknownProcess, TakesNoList, Forbidden."""
    with caller.reading() as reading:
        process = upload.fields.get("process", "")
        list_checks.opened(reading.session, reading.office, reading.actor, process)


def checked(caller: Caller, asked: Asked, file: BinaryIO) -> Iterator[Step | Checked]:
    """Check the list, step by step; the last of what comes is the checked list. Writes nothing.

    The file is read before the register is looked at, so that no snapshot is held while it is.
    """
    definition = caller.office.catalogue.known_at(asked.process)
    columns, model = list_columns.of(definition), list_columns.row_model(definition)
    about: list[int] = []
    rows: list[SheetRow] = []
    for row in sheets.read(file, about.append):
        rows.append(row)
        if len(rows) % TOLD_EVERY == 0:
            yield Step("reading", len(rows), *about)
    read = list_reading.read(columns, rows, model)
    yield Step("checking", 0, len(read.rows))
    with caller.reading() as reading:
        found = list_checks.judged(reading.session, reading.office, reading.actor, asked, read)
    yield Step("checking", len(read.rows), len(read.rows))
    yield found


def _form(text: str) -> dict[str, Any]:
    """The form's other fields; rows and lists have no place in them. Raises Invalid."""
    try:
        said = json.loads(text)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        message = "is a JSON object with the form's other fields"
        error = {"field": "form", "message": message, "rule": "form.json_invalid"}
        raise Invalid("The form's other fields can't be read.", errors=[error])
    return {name: value for name, value in said.items() if name not in ("rows", "list_id")}
