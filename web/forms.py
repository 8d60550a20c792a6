"""What a page's form sends: read within limits, and where it says what the request's key and token are."""

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from fastapi import Depends
from pydantic import BaseModel, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from api import body
from database.refusals import Invalid
from engine import applications

Model = TypeVar("Model", bound=BaseModel)
KEY = "key"
TOKEN = "csrf"  # noqa: S105 - the name of a field
# A batch of employees is a file, not a form: what people type has far fewer fields.
MAX_FIELDS = 500
_OURS = frozenset({KEY, TOKEN})


class Sent:
    """The fields of a form, as text; ``key`` is its idempotency key, made when the page was rendered."""

    def __init__(
        self,
        form: FormData,
        headers: Mapping[str, str],
        files: Mapping[str, bytes] | None = None,
    ) -> None:
        self._form, self._files = form, files or {}
        self.key: str | None = headers.get("idempotency-key") or self.get(KEY)
        self.token: str = headers.get("x-csrf-token") or self.get(TOKEN) or ""

    def get(self, name: str) -> str | None:
        """The text of a field; None where it isn't there, or is a file."""
        found = self._form.get(name)
        return found if isinstance(found, str) else None

    def text(self, name: str) -> str:
        """The text of a field without blanks around it; empty where it isn't there."""
        return (self.get(name) or "").strip()

    def content(self, name: str) -> bytes | None:
        """The bytes of a file; None where no file came under this name."""
        return self._files.get(name)

    def all(self, name: str) -> list[str]:
        """Every text sent under this name."""
        return [text for text in self._form.getlist(name) if isinstance(text, str)]

    def fields(self) -> dict[str, str]:
        """Every field once, without key and token."""
        return {
            name: value
            for name, value in self._form.items()
            if name not in _OURS and isinstance(value, str)
        }

    def readable(self) -> Any:
        """What makes this request the same as another: every field in order, but for the token."""
        said: dict[str, list[str]] = {}
        for name, value in self._form.multi_items():
            if name not in _OURS and isinstance(value, str):
                said.setdefault(name, []).append(value)
        # Under its own name a password is left out of the fingerprint.
        return {name: values if name != "password" else "" for name, values in said.items()}


async def _read(request: Request) -> Sent:
    form = await body.read_form_within_time(request, MAX_FIELDS)
    # Read and closed here, whatever the route then refuses; the whole body is capped far below a scan.
    files = {
        name: await each.read() for name, each in form.multi_items() if isinstance(each, UploadFile)
    }
    await form.close()
    return Sent(form, cast("Mapping[str, str]", request.headers), files)


def sent_form() -> Any:
    """What reads the form before its route, which declares ``sent: Annotated[Sent, …]``."""
    return Depends(_read)


def checked(model: type[Model], said: dict[str, Any]) -> Model:
    """What a form said, as its model has it. Raises Invalid with every wrong field."""
    try:
        return model.model_validate(said)
    except ValidationError as wrong:
        errors = applications.field_errors(wrong)
        text = "What was sent does not fit; each field says why."
        raise Invalid(text, errors=errors, rule="form.invalid") from None
