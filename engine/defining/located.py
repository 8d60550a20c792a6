"""YAML an agency edits, read safely and with the line of every value, so that a refusal can name it.

Only plain data is read: no tags, aliases or duplicate keys, and nothing is guessed to be a date, a
float or a ``yes``. Guides, examples and the risk table are read by it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from database.refusals import Invalid

Where = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)
MAX_CHARACTERS = 500_000
MAX_DEPTH = 20


class DefinitionRefused(Invalid):
    """A process definition or risk table does not load; nothing of it is used."""

    rule = "definition.refused"

    def __init__(self, file: Path | str, line: int | None, element: str, reason: str) -> None:
        # A key may be as long as the file.
        element, reason = _short(element, 200), _short(reason, 600)
        self.file, self.line, self.element, self.reason = str(file), line, element, reason
        place = f"{file}:{line}" if line else str(file)
        super().__init__(
            f"{place}: {element}: {reason}" if element else f"{place}: {reason}",
            facts={"file": str(file), "line": line, "element": element, "reason": reason},
        )


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"


class _Plain(yaml.CSafeLoader):
    """PyYAML's safe loader, by libyaml, that resolves only decimal integers, ``true``, ``false`` and null."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - PyYAML's own class attribute


_RESOLVED = {
    "int": (r"-?(0|[1-9][0-9]{0,17})\Z", "-0123456789"),
    "bool": (r"(true|false)\Z", "tf"),
    "null": (r"(~|null|)\Z", ["~", "n", ""]),
}
for _tag, (_pattern, _first) in _RESOLVED.items():
    _Plain.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(_pattern), list(_first))


@dataclass(frozen=True, slots=True)
class Sheet:
    """The data of one YAML file, and the line each value stands on."""

    file: str
    data: Any
    lines: Mapping[Where, int]

    def line(self, where: Where = ()) -> int:
        """The line of a value, or of the nearest thing around it that is there."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)

    def refused(self, where: Where, reason: str) -> DefinitionRefused:
        """A refusal that points at a value."""
        return DefinitionRefused(self.file, self.line(where), dotted(where), reason)


def dotted(where: Where) -> str:
    """The path of a value as people write it: ``materials.2.name``."""
    return ".".join(map(str, where))


def text_of(file: Path) -> str:
    """The text of a UTF-8 file; raises DefinitionRefused where it can't be read."""
    try:
        return file.read_text(encoding="utf-8")
    except OSError as wrong:
        raise DefinitionRefused(file, None, "", f"can't be read: {wrong.strerror}") from wrong
    except UnicodeDecodeError as wrong:
        raise DefinitionRefused(file, None, "", "is not UTF-8 text") from wrong


def parse(text: str, file: str) -> Sheet:
    """The sheet of a YAML text; ``file`` is what refusals call it."""
    if len(text) > MAX_CHARACTERS:
        raise DefinitionRefused(file, None, "", f"is longer than {MAX_CHARACTERS} characters")
    lines: dict[Where, int] = {}
    try:
        _refuse_depth(text, file)
        loader = _Plain(text)
        node = loader.get_single_node()
        if node is None:
            raise DefinitionRefused(file, 1, "", "is empty")
        seen: set[int] = set()
        for where, child in _walk(node, (), file):
            if id(child) in seen:
                line = child.start_mark.line + 1
                raise DefinitionRefused(
                    file, line, dotted(where), "aliases are not read: repeat it"
                )
            seen.add(id(child))
            lines[where] = child.start_mark.line + 1
        return Sheet(file, loader.construct_document(node), lines)
    except (yaml.reader.ReaderError, UnicodeEncodeError) as wrong:
        # A character that no text has stands at a place, not a line.
        before = text[: getattr(wrong, "position", None) or getattr(wrong, "start", 0)]
        raise DefinitionRefused(
            file, before.count("\n") + 1, "", "holds a character that isn't text"
        ) from wrong
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        line = mark.line + 1 if mark else None
        reason = getattr(wrong, "problem", None) or "is not YAML"
        raise DefinitionRefused(file, line, "", f"is not plain YAML: {reason}") from wrong


def _refuse_depth(text: str, file: str) -> None:
    """Refuse what is nested too deeply before a tree is made of it: libyaml makes it by recursion in C."""
    depth = 0
    for event in yaml.parse(text, Loader=_Plain):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > 2 * MAX_DEPTH:
                line = event.start_mark.line + 1 if event.start_mark else None
                raise DefinitionRefused(file, line, "", "is nested too deeply")
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _walk(node: yaml.Node, where: Where, file: str) -> Iterator[tuple[Where, yaml.Node]]:
    """Every value of the tree with its path; refuses duplicate and non-text keys."""
    yield where, node
    line = node.start_mark.line + 1
    if len(where) > MAX_DEPTH:
        raise DefinitionRefused(file, line, dotted(where[:3]), "is nested too deeply")
    if isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield from _walk(item, (*where, index), file)
    elif isinstance(node, yaml.MappingNode):
        keys: set[str] = set()
        for key, value in node.value:
            line = key.start_mark.line + 1
            if key.tag != "tag:yaml.org,2002:str":
                raise DefinitionRefused(file, line, dotted(where), "keys are text")
            if key.value in keys:
                raise DefinitionRefused(file, line, dotted((*where, key.value)), "stands twice")
            keys.add(key.value)
            yield from _walk(value, (*where, key.value), file)


def checked(sheet: Sheet, model: type[Model], where: Where = ()) -> Model:
    """The value at ``where`` as a model; raises DefinitionRefused for the first error, naming its line."""
    data = sheet.data
    for part in where:
        data = data[part]
    try:
        return model.model_validate(data)
    except ValidationError as wrong:
        error = wrong.errors(include_url=False, include_context=False, include_input=False)[0]
        place = (*where, *(part for part in error["loc"]))
        raise sheet.refused(place, error["msg"].removeprefix("Value error, ")) from wrong
