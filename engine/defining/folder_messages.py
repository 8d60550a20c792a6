"""The messages a process folder declares: one class each, named like the message that the diagram awaits."""

import re
from collections.abc import Collection, Mapping
from types import ModuleType

from engine.defining.folders import Folder
from engine.defining.guides import Guide
from engine.process import Form, Message, Names

FILE = "messages.py"
_WORD_BEGINS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def declared(
    folder: Folder, module: ModuleType | None, guide: Guide, awaited: Collection[str]
) -> Mapping[str, type[Message]]:
    """The classes of ``messages.py`` by message; none where there is no such file.

    Raises DefinitionRefused for a message the diagram never awaits, and for one without names or titles, or
    whose materials the guide doesn't list or demands from the applicant.
    """
    if module is None:
        return {}
    found = {
        _WORD_BEGINS.sub("_", name).lower(): said
        for name, said in vars(module).items()
        if isinstance(said, type)
        and issubclass(said, Message)
        and said.__module__ == module.__name__
    }
    if not found:
        raise folder.refused(FILE, "defines no class of process.Message", element="Message")
    for name, message in found.items():
        if name not in awaited:
            raise folder.refused(FILE, "is a message that the diagram never awaits", element=name)
        if not isinstance(getattr(message, "NAMES", None), Names):
            raise folder.refused(FILE, "declares NAMES: what it is called", element=name)
        check_titles(folder, FILE, message)
        _check_materials(folder, name, message, guide)
    return found


def check_titles(folder: Folder, file: str, model: type[Form]) -> None:
    """Raise DefinitionRefused for a field without titles in both languages."""
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        if not field.title or not (isinstance(extra, dict) and extra.get("title_zh")):
            raise folder.refused(
                file, "has no titles: declare it with process.text(zh, en, …)", element=name
            )


def _check_materials(folder: Folder, name: str, message: type[Message], guide: Guide) -> None:
    listed = {material.code: material for material in guide.materials}
    for code in message.MATERIALS:
        if code not in listed:
            raise folder.refused(FILE, f"{code} is no material of guide.yaml", element=name)
        if listed[code].required:
            reason = f"{code} comes from outside: it can't be required of the applicant"
            raise folder.refused(FILE, reason, element=name)
