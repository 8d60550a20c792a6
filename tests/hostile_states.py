"""Hostile workflow rows: what a stored place may never be, beside those of the unit test.

Rows of old serializers are SpiffWorkflow's own, which name classes and scripts to be built and run.
"""

import json
import pickle
from collections.abc import Mapping
from typing import Any

from engine import bpmn
from tests.hostile_conditions import CODE
from tests.unit.test_bpmn_position import GOOD, HOSTILE, OTHER


class _Reduced:
    """Unpickled, it would call."""

    def __reduce__(self) -> tuple[Any, ...]:
        return eval, (CODE,)


def _serialized(version: str) -> dict[str, Any]:
    """A workflow as SpiffWorkflow's serializer of this version writes it, its script ours."""
    script = {"typename": "ScriptTask", "name": "post", "script": CODE, "inputs": [], "outputs": []}
    return {
        "typename": "BpmnWorkflow",
        "serializer_version": version,
        "spec": {"typename": "BpmnProcessSpec", "name": "demo", "task_specs": {"post": script}},
        "subprocess_specs": {},
        "tasks": {"1": {"id": "1", "state": 16, "task_spec": "post", "data": {"x": CODE}}},
        "root": "1",
        "data": {"typename": "datetime", "value": CODE},
    }


def _other() -> bytes:
    run = bpmn.start(OTHER, {})
    run.advance(lambda _: None)
    return run.dump()


def corpus() -> Mapping[str, bytes]:
    """Every hostile row, by name."""
    versions = ("1.0", "1.1", "1.2", "1.3", "1.4", "2", "99", "", CODE)
    typed = (
        "BpmnWorkflow",
        "datetime",
        "timedelta",
        "os.system",
        "builtins.eval",
        "decimal.Decimal",
    )
    return {
        **HOSTILE,
        **{f"serializer {version[:9]!r}": _json(_serialized(version)) for version in versions},
        **{
            f"serializer {version[:9]!r} in a place": GOOD.replace(
                b"[[", b"[" + _json(_serialized(version)) + b",[", 1
            )
            for version in versions
        },
        **{
            f"typename {name}": _json([1, 9, None, {"typename": name, "value": CODE}, []])
            for name in typed
        },
        **{f"class {name}": _json({"py/object": name, "__class__": name}) for name in typed},
        **{
            f"pickle {protocol}": pickle.dumps(_Reduced(), protocol)
            for protocol in range(pickle.HIGHEST_PROTOCOL + 1)
        },
        "pickle in text": _json({"spec": pickle.dumps(_Reduced(), 0).decode()}),
        "another definition": _other(),
        "two keys": GOOD.replace(b'"decision":', b'"decision":"approve","decision":'),
        "deep lists": b"[1," * 60_000 + b"1" + b"]" * 60_000,
        "deep objects": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
        "huge": b"[" + b"1," * 30_000_000 + b"1]",
        "huge but allowed": b"[1," + b"[]," * 80_000 + b"1]",
        "huge number": GOOD.replace(b"[1,", b"[1" + b"0" * 200_000 + b",", 1),
        "fraction of one": GOOD.replace(b"[1,", b"[1.0,", 1),
        "negative": GOOD.replace(b"[1,", b"[-1,", 1),
        "huge exponent": GOOD.replace(b"[1,", b"[1e400,", 1),
        "not a number": GOOD.replace(b"[1,", b"[NaN,", 1),
        "infinite": GOOD.replace(b"[1,", b"[Infinity,", 1),
        "half a character": GOOD.replace(b"county", b"\\ud800"),
        "NUL": GOOD + b"\0",
        "with a byte order mark": b"\xef\xbb\xbf" + GOOD,
        "UTF-16": GOOD.decode().encode("utf-16"),
        "XML": b"<workflow/>",
        "YAML": b"!!python/object/apply:os.system [x]",
    }


def _json(value: Any) -> bytes:
    return json.dumps(value).encode()
