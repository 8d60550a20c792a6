"""What comes of an example's form: its messages as the process reads them, its facts, its posting."""

from typing import Any

from engine.defining.definition import Definition
from engine.defining.examples import Example
from engine.process import Form, Message, Messages
from register.entries import Posting
from register.records import Records


def came(definition: Definition, example: Example) -> dict[str, Message]:
    """The messages of an example, checked."""
    return {
        name: definition.messages[name].model_validate(dict(said))
        for name, said in example.messages.items()
    }


def compute(
    definition: Definition, form: Form, records: Records, messages: Messages
) -> tuple[dict[str, Any], Posting]:
    said = (form, records, *definition.given(messages))
    facts = dict(definition.facts(*said)) if definition.facts else {}
    return facts, definition.posting(*said)
