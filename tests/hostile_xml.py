"""Hostile XML by category: entities, encodings, namespaces, sizes, and calls that lead nowhere."""

from typing import Any

from tests.bpmn_diagrams import HEAD, approval, diagram, files, node, process
from tests.hostile_conditions import CODE
from tests.hostile_diagrams import (
    CALL,
    DECLARATION,
    DEFINITIONS,
    Contents,
    added,
    changed,
    within,
)

# What only changes how the file looks: it loads, and runs as it did.
HARMLESS = {"stylesheet", "entity by number", "byte order mark", "comment with code"}


def corpus(canary_file: str, canary_url: str) -> dict[str, dict[str, Contents]]:
    """Category, name, files. Some would open this file or this address, were they believed."""
    return {
        "entity": _entities(canary_file, canary_url),
        "encoding": _encodings(),
        "namespace": _namespaces(),
        "huge": _huge(),
        "call": _calls(),
    }


def _entities(canary_file: str, canary_url: str) -> dict[str, Contents]:
    def doctype(inner: str, use: str = "x") -> Contents:
        text = process().decode().replace(DECLARATION, f"{DECLARATION}\n<!DOCTYPE d {inner}>", 1)
        return {
            "process.bpmn": text.replace("示例", f"&{use};", 1).encode(),
            "approval.bpmn": approval(),
        }

    laughs = "".join(
        f'<!ENTITY {here} "{f"&{below};" * 10}">'
        for below, here in zip("abcdefghi", "bcdefghij", strict=True)
    )
    include = 'xmlns:xi="http://www.w3.org/2001/XInclude"'
    sheet = '<?xml-stylesheet type="text/xsl" href="{}"?>'
    return {
        "file": doctype(f'[<!ENTITY x SYSTEM "file://{canary_file}">]'),
        "file by parameter": doctype(f'[<!ENTITY % p SYSTEM "file://{canary_file}">%p;]', "amp"),
        "address": doctype(f'[<!ENTITY x SYSTEM "{canary_url}">]'),
        "address by parameter": doctype(f'[<!ENTITY % p SYSTEM "{canary_url}">%p;]', "amp"),
        "type from a file": doctype(f'SYSTEM "file://{canary_file}"', "amp"),
        "type from an address": doctype(f'SYSTEM "{canary_url}"', "amp"),
        "type from a public name": doctype(f'PUBLIC "-//X//EN" "{canary_url}"', "amp"),
        "billion laughs": doctype(f'[<!ENTITY a "ha">{laughs}]', "j"),
        "quadratic": doctype(f'[<!ENTITY x "{"a" * 100_000}">]', "x;&x;&x;&x;&x;&x;&x;&x;&x"),
        "entity of itself": doctype('[<!ENTITY x "&x;">]'),
        "notation": doctype(
            f'[<!NOTATION n SYSTEM "{canary_file}"><!ENTITY x SYSTEM "a" NDATA n>]'
        ),
        "attribute by default": doctype('[<!ATTLIST process isExecutable CDATA "true">]', "amp"),
        "type in small letters": changed(DECLARATION, f"{DECLARATION}\n<!doctype d>"),
        "type after the root": changed("</definitions>", "</definitions><!DOCTYPE d>"),
        "entity that is not there": changed("示例", "&x;"),
        "entity by number": changed("示例", "&#31034;&#x4f8b;"),
        "NUL by number": changed("示例", "&#0;"),
        "surrogate by number": changed("示例", "&#xD800;"),
        "included": within(f'<xi:include {include} href="file://{canary_file}" parse="text"/>'),
        "included from an address": within(f'<xi:include {include} href="{canary_url}"/>'),
        "schema from an address": changed(
            DEFINITIONS, f'{DEFINITIONS}xsi:schemaLocation="urn:x {canary_url}" '
        ),
        "stylesheet": changed(DECLARATION, DECLARATION + sheet.format(canary_url)),
        "comment with code": changed("<process ", f"<!-- {CODE} --><process "),
    }


def _encodings() -> dict[str, Contents]:
    text = process().decode()

    def one(content: bytes) -> Contents:
        return {"process.bpmn": content, "approval.bpmn": approval()}

    hidden = text.replace(
        DECLARATION, "<?xml version='1.0' encoding='UTF-7'?>+ADwAIQ-DOCTYPE d+AD4-"
    )
    return {
        "UTF-16": one(text.replace("UTF-8", "UTF-16").encode("utf-16")),
        "UTF-16 without its mark": one(text.encode("utf-16-le")),
        "UTF-32": one(text.encode("utf-32")),
        "UTF-7": one(hidden.encode()),
        "GBK": one(text.replace("UTF-8", "GBK").encode("gbk")),
        "EBCDIC": one(text.encode("cp037", "replace")),
        "byte order mark": one(b"\xef\xbb\xbf" + text.encode()),
        "two byte order marks": one(b"\xef\xbb\xbf\xef\xbb\xbf" + text.encode()),
        "NUL": one(text.replace("受理", "受\0理").encode()),
        "NUL at the end": one(text.encode() + b"\0"),
        "control": one(text.replace("受理", "\x1b[31m").encode()),
        "overlong": one(text.encode().replace(b"<process ", b"\xc0\xbcprocess ")),
        "half a character": one(text.encode()[:-1] + b"\xe5\x8f"),
        "nothing": one(b""),
        "blank": one(b" \n" * 100),
        "JSON": one(b'{"definitions": {}}'),
        "Python": one(CODE.encode()),
        "archive": one(b"PK\x03\x04" + b"\0" * 100),
        "XML 1.1": one(
            text.replace('version="1.0"', 'version="1.1"').replace("受理", "&#1;").encode()
        ),
    }


def _namespaces() -> dict[str, Contents]:
    model = 'xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    return {
        "another BPMN": changed("BPMN/20100524/MODEL", "BPMN/20110701/MODEL"),
        "no namespace": changed(model, ""),
        "wrong prefix": changed("<process ", "<bpmn:process "),
        "foreign element": added('<f:userTask xmlns:f="urn:foreign" id="f"/>'),
        "step of no namespace": added('<userTask xmlns="" id="f"/>'),
        "step as layout": added(
            '<userTask xmlns="http://www.omg.org/spec/BPMN/20100524/DI" id="f"/>'
        ),
        "foreign attribute": changed(CALL, f'{CALL} xmlns:f="urn:f" f:calledElement="x"'),
        "type of another": changed('"tFormalExpression"', '"xs:string"'),
        "root of another": {"process.bpmn": b"<svg xmlns='http://www.w3.org/2000/svg'/>"},
        "empty prefix": changed("<process ", '<process xmlns:a="" '),
        "XML prefix": changed("<process ", '<process xml:base="file:///etc/" '),
        "id twice": changed('id="refused"', 'id="completed"'),
        "id of the engine": changed('id="completed"', 'id="Root"'),
        "process twice": {**files(), "again.bpmn": approval()},
        "two processes": changed("<process ", '<process id="o" isExecutable="true"/><process '),
        "definitions within": added(f"{HEAD}</definitions>"),
    }


def _huge() -> dict[str, Contents]:
    one = "a" * 900_000
    attributes = "".join(f' a{n}="1"' for n in range(60_000))
    subs = "<subProcess>" * 10_000
    gates = [f"g{n}" for n in range(110)]
    dense = [("begin", "g0", None)] + [
        (a, b, None) for n, a in enumerate(gates) for b in gates[n + 1 :]
    ]
    nodes: list[Any] = [node("startEvent", "begin"), node("endEvent", "completed")]
    nodes += [node("parallelGateway", gate) for gate in gates]
    return {
        "100 MB of attributes": changed(CALL, CALL + ' a="1"' * 17_000_000),
        "60,000 attributes": changed(CALL, CALL + attributes),
        "attribute twice": changed(CALL, f'{CALL} name="a" name="b"'),
        "100,000 elements": added("<userTask/>" * 90_000),
        "1,000,000 characters of id": changed('id="completed"', f'id="{one}"'),
        "long element": added(f"<{one}/>"),
        "long namespace": added(f'<a xmlns="{one}"/>'),
        "long attribute": changed(CALL, f'{CALL} {one}="1"'),
        "long text": within(one),
        "long lane": {
            "process.bpmn": approval().replace(b'name="director"', f'name="{one}"'.encode())
        },
        "10,000 nested": added(subs),
        "200 nested": added("<subProcess>" * 200 + "</subProcess>" * 200),
        "10,000 messages": changed(
            "<process ",
            "".join(f'<message id="m{n}"/>' for n in range(10_000)) + "<scriptTask/><process ",
        ),
        "500 steps": {
            "process.bpmn": diagram(
                "demo",
                [node("startEvent", "begin"), *(node("userTask", f"s{n}") for n in range(500))],
                [],
            )
        },
        "every gateway to every other": {
            "process.bpmn": diagram("demo", nodes, [*dense, ("g109", "completed", None)])
        },
    }


def _calls() -> dict[str, Contents]:
    def calling(code: str, called: str) -> bytes:
        nodes = [
            node("startEvent", "begin"),
            node("callActivity", "call", calledElement=called),
            node("endEvent", "completed"),
        ]
        return diagram(code, nodes, [("begin", "call", None), ("call", "completed", None)])

    top = {"process.bpmn": calling("demo", "demo")}
    long = {f"p{n}.bpmn": calling(f"p{n}", f"p{n + 1}") for n in range(2_000)}
    return {
        "itself": top,
        "each other": {"a.bpmn": calling("a", "b"), "b.bpmn": calling("b", "a")},
        "three in a ring": {
            "a.bpmn": calling("a", "b"),
            "b.bpmn": calling("b", "c"),
            "c.bpmn": calling("c", "a"),
        },
        "two thousand in a row": {**long, "end.bpmn": calling("p2000", "p0")},
        "nobody": {"process.bpmn": calling("demo", "missing")},
        "a path": {"process.bpmn": calling("demo", "../../etc/passwd")},
        "a file": {"process.bpmn": calling("demo", "approval.bpmn")},
        "an address": {"process.bpmn": calling("demo", "http://127.0.0.1:9/a")},
        "shared by path": {"process.bpmn": calling("demo", "_shared/approval")},
        "code": {"process.bpmn": calling("demo", CODE)},
        "nothing": {"process.bpmn": calling("demo", "")},
        "no diagram": {},
    }
