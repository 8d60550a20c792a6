"""YAML of tables that an agency edits, read as plain data: nothing in it is built, repeated or guessed.

``yaml.safe_load`` runs no code, but it follows aliases, so a few lines can stand for gigabytes, takes
the last of two equal keys, and lets a wrong date or a deep nesting out as an exception of its own.
"""

from collections.abc import Hashable
from typing import Any

import yaml

MAX_CHARACTERS = 500_000
MAX_DEPTH = 20


class NotPlain(ValueError):  # noqa: N818 - an answer about a text, not a fault
    """The text is not plain YAML; says why, and on which line where that is known."""


class _Loader(yaml.SafeLoader):
    """PyYAML's safe loader without aliases, tags and depth."""

    _depth = 0

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """One node. Raises ComposerError for what isn't plain."""
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent):
            raise _wrong("aliases are not read: repeat it", event.start_mark)
        if event.tag is not None:
            raise _wrong("tags are not read", event.start_mark)
        if self._depth > MAX_DEPTH:
            raise _wrong("is nested too deeply", event.start_mark)
        self._depth += 1
        node: yaml.Node | None = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        """One mapping. Raises ComposerError for a key that stands twice."""
        built = super().construct_mapping(node, deep=deep)
        if len(built) != len(node.value):
            raise _wrong("a key stands twice", node.start_mark)
        return built


def load(text: str) -> Any:
    """The data of a YAML text. Raises NotPlain."""
    if len(text) > MAX_CHARACTERS:
        raise NotPlain(f"is longer than {MAX_CHARACTERS} characters")
    try:
        loader = _Loader(text)
        try:
            return loader.get_single_data()
        finally:
            loader.dispose()
    except yaml.YAMLError as wrong:
        mark = getattr(wrong, "problem_mark", None)
        place = f"line {mark.line + 1}: " if mark else ""
        raise NotPlain(f"{place}{getattr(wrong, 'problem', None) or wrong}"[:300]) from wrong
    except ValueError as wrong:
        # A day that no calendar has, or a number of more digits than Python reads.
        reason = "a number has too many digits" if "digits" in str(wrong) else str(wrong)
        raise NotPlain(reason) from wrong


def _wrong(reason: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.composer.ComposerError(None, None, reason, mark)
