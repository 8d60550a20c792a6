"""Hostile YAML for every file an agency edits: guide, examples, risk table, parameters, calendar."""

from collections.abc import Mapping

from tests.hostile_conditions import CODE

NUL = "\0"


def corpus(good: str, canary_url: str) -> Mapping[str, str]:
    """Every hostile text, by name; ``good`` is a text that would be taken."""
    laughs = "a0: &a0 [ha, ha]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30)
    )
    tags = (
        "!!python/object/apply:os.system ['true']",
        "!!python/object/new:os.system ['true']",
        "!!python/object:builtins.object {}",
        "!!python/name:os.system",
        "!!python/module:os",
        "!!python/tuple [1]",
        "!!binary dHJ1ZQ==",
        "!!set {a}",
        "!!omap [a: 1]",
        "!!timestamp 2026-01-01",
        "!!float 1",
        "!!str 1",
        f"!include {canary_url}",
        "!env PATH",
        "! a",
    )
    return {
        **{f"tag {tag[:30]}": f"{good}\nx: {tag}\n" for tag in tags},
        **{f"only the tag {tag[:30]}": tag for tag in tags},
        "tag by directive": "%TAG ! tag:yaml.org,2002:python/\n---\n!object/apply:os.system [x]\n",
        "version of another": f"%YAML 9.9\n---\n{good}",
        "laughs of aliases": laughs,
        "laughs in a list": "- &a [1, 1]\n" + "- [*a, *a]\n" * 3,
        "laughs as a name": f"{laughs}name: *a29\n",
        "laughs as parameters": laughs.replace("a0: &a0 [ha, ha]", "- a0: &a0 [ha, ha]").replace(
            "\na", "\n  a"
        )
        + "  name: *a29\n",
        "alias of itself": "a: &a [*a]\n",
        "merged": "a: &a {b: 1}\nc:\n  <<: *a\n",
        "alias of nothing": "a: *nothing\n",
        "two documents": f"{good}\n---\n{good}",
        "key twice": f"{good}\n{good}",
        "key that is a list": "? [a]\n: 1\n",
        "key that is a number": "1: 2\n",
        "key that is nothing": "~: 2\n",
        **_sizes_and_signs(good),
        "nothing": "",
        "blank": "\n\n   \n",
        "only a remark": "# nothing\n",
        "null": "null\n",
        "text": "hello\n",
        "list": "- 1\n",
        "list of lists": "- - 1\n",
        "list of nothing": "-\n-\n",
        "JSON": '{"a": 1}',
        "XML": "<a/>",
        "tagged root": "!!map {a: 1}\n",
        "block of text": "|\n  a\n  b\n",
    }


def _sizes_and_signs(good: str) -> Mapping[str, str]:
    return {
        "deep": "[" * 3_000,
        "deep and closed": "[" * 3_000 + "]" * 3_000,
        "deep mappings": "{a: " * 3_000 + "1" + "}" * 3_000,
        "deep lines": "".join(" " * n + "a:\n" for n in range(600)),
        "deep list": "- " * 20_000 + "x",
        "long": "a: " + "b" * 600_000,
        "long key": "a" * 400_000 + ": 1",
        "long number": "a: " + "9" * 400_000,
        "long number as a list": "- name: " + "9" * 400_000,
        "many keys": "\n".join(f"k{n}: 1" for n in range(20_000)),
        "many items": "\n".join(f"- {n}" for n in range(20_000)),
        "NUL": f"{good}\nx: '{NUL}'\n",
        "control": f"{good}\nx: \x1b[31m\n",
        "line separator": f"{good}\nx: a\u2028b: c\n",
        "tab": "a:\n\tb: 1\n",
        "not a number": "a: .nan\n",
        "infinite": "- .inf\n",
        "by sixties": "- 190:20:30\n",
        "no day": "- 2026-02-30\n",
        "no month": "2026-13-45\n",
        "code": f"{CODE}\n",
        "quoted code": f'- "{{{{{CODE}}}}}"\n',
        "no end of quotes": "a: 'b\n",
        "no end of brackets": "a: [b\n",
    }


# Bytes that are no text in the first place.
BYTES: Mapping[str, bytes] = {
    "UTF-16": "a: 1\n".encode("utf-16"),
    "half a character": "a: 受".encode()[:-1],
    "overlong": b"a: \xc0\xaf\n",
    "archive": b"PK\x03\x04\xff",
}
