"""One version of a process, loaded from its folder: declaration, form, facts, posting, guide, diagram."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import bpmn
from engine.defining import form_schemas
from engine.defining.conditions import Fact
from engine.defining.examples import Example
from engine.defining.folders import Folder
from engine.defining.guides import Guide
from engine.process import Form, Message, Messages, Names
from register.entries import Posting

# A process that declares messages is handed those that came, as a third argument.
Facts = Callable[..., Mapping[str, Fact]]
Compute = Callable[..., Posting]
Document = Callable[..., Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Definition:
    """A process as one version of its folder defines it; ``digest`` names that version.

    ``facts`` and ``document`` are None where the process has none; ``document_template`` is the Typst
    source that prints the document. ``messages`` are those that carry data, by name. ``diagram`` is the BPMN
    XML as it is shown.
    """

    code: str
    names: Names
    category: str
    applicant: Sequence[str]
    enrols: Sequence[str]
    national_item_code: str | None
    bundle: Sequence[str]
    digest: str
    form: type[Form]
    messages: Mapping[str, type[Message]]
    facts: Facts | None
    fact_names: Mapping[str, Names]
    posting: Compute
    document: Document | None
    document_template: bytes | None
    guide: Guide
    examples: Sequence[Example]
    model: bpmn.Model
    diagram: bytes
    folder: Folder

    def form_schema(self) -> dict[str, Any]:
        """The form's JSON Schema, each field with ``title`` (en), ``title_zh``, ``unit``.

        It refers to nothing: the rows of a list are described where they stand.
        """
        return form_schemas.whole(self.form.model_json_schema())

    def message_schema(self, name: str) -> dict[str, Any] | None:
        """The JSON Schema of a message's data, as ``form_schema``; None where it carries none."""
        message = self.messages.get(name)
        return None if message is None else form_schemas.whole(message.model_json_schema())

    def personal_fields(self) -> frozenset[str]:
        """The form's fields that are masked in answers."""
        return _personal(self.form)

    def personal_fields_of(self, name: str) -> frozenset[str]:
        """The fields of a message that are masked in answers."""
        return _personal(self.messages[name])

    def needed_messages(self) -> frozenset[str]:
        """The messages without which nothing is posted."""
        return self.model.diagrams.needed

    def given(self, messages: Messages) -> tuple[Messages, ...]:
        """What ``posting``, ``facts`` and ``document`` are handed after form and records."""
        return (messages,) if self.messages else ()


def _personal(model: type[Form]) -> frozenset[str]:
    return frozenset(
        name
        for name, field in model.model_fields.items()
        if isinstance(field.json_schema_extra, dict) and field.json_schema_extra.get("personal")
    )
