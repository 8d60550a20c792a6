"""Hostile process folders: each a fresh skeleton with something put in, taken out or put in its place.

A folder's Python is trusted code, which runs when the folder is loaded: what is tried here is everything
else that may lie in one, and code that may not even be compiled.
"""

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.hostile_sheets import BYTES

Spoil = Callable[[Path], object]
TAG = "x: !!python/object/apply:os.system ['true']\n"


def corpus(canary_file: str) -> Mapping[str, Spoil]:
    """Every hostile folder, by name."""
    needed = ("__init__.py", "form.py", "posting.py", "process.bpmn", "guide.yaml", "examples.yaml")
    return {
        **{f"without {name}": _without(name) for name in needed},
        **{f"{name} is a link": _linked(name, canary_file) for name in needed},
        **{f"{name} is a pipe": _piped(name) for name in needed},
        **{f"{name} is a folder": _folded(name) for name in needed},
        **{f"{name} is huge": _grown(name) for name in needed},
        **{
            f"{name} is {kind}": _written(name, content)
            for name in ("guide.yaml", "examples.yaml", "process.bpmn")
            for kind, content in BYTES.items()
        },
        **{f"tag in {name}": _appended(name, TAG) for name in ("guide.yaml", "examples.yaml")},
        "link to nowhere": lambda folder: (folder / "x.yaml").symlink_to(folder / "nowhere"),
        "link to itself": lambda folder: (folder / "x.bpmn").symlink_to(folder / "x.bpmn"),
        "link out of the folder": lambda folder: (folder / "x.py").symlink_to("../../x.py"),
        "link to a folder": lambda folder: (folder / "x.py").symlink_to("/"),
        "shared is linked": _shared_linked,
        "library": _written("x.so", b"\x7fELF"),
        "archive": _written("x.zip", b"PK\x03\x04"),
        "pickle": _written("x.pkl", b"\x80\x04."),
        "compiled for another": _written("x.pyd", b"MZ"),
        "name with a line": _written("x\ny.sh", b"x"),
        "name like a path": _written("x\\..\\y.sh", b"x"),
        "code that is none": _written("form.py", b"class Form(:\n"),
        "code with NUL": _written("form.py", b"x = 1\0\n"),
        "code in another encoding": _written("form.py", b"# coding: utf-7\n+AGE-"),
        "code too deep": _written("form.py", b"x = " + b"(" * 5_000 + b")" * 5_000),
        "code of many signs": _written("form.py", b"x = " + b"-" * 50_000 + b"1"),
        "code of the database": _written("form.py", b"from database import connection\n"),
        "code of the engine": _written("posting.py", b"import engine.posting\n"),
        "code of a neighbour": _written("posting.py", b"from ..other import form\n"),
        "template of a package": _document(b'#import "@preview/x:1.0.0": y'),
        "template alone": _written("document.typ", b"x"),
    }


def _without(name: str) -> Spoil:
    return lambda folder: (folder / name).unlink()


def _linked(name: str, target: str) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).symlink_to(target)

    return spoil


def _piped(name: str) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).unlink()
        os.mkfifo(folder / name)

    return spoil


def _folded(name: str) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / name).unlink()
        (folder / name).mkdir()

    return spoil


def _grown(name: str) -> Spoil:
    return lambda folder: os.truncate(folder / name, 10**10)


def _written(name: str, content: bytes) -> Spoil:
    return lambda folder: (folder / name).write_bytes(content)


def _appended(name: str, text: str) -> Spoil:
    def spoil(folder: Path) -> None:
        before = (folder / name).read_text("utf-8")
        (folder / name).write_text(before + text, "utf-8")

    return spoil


def _document(template: bytes) -> Spoil:
    def spoil(folder: Path) -> None:
        (folder / "document.py").write_bytes(b"def document(form, records):\n    return {}\n")
        (folder / "document.typ").write_bytes(template)

    return spoil


def _shared_linked(folder: Path) -> None:
    chain = folder.parent / "_shared" / "approval.bpmn"
    chain.rename(folder.parent / "approval.bpmn")
    chain.symlink_to(folder.parent / "approval.bpmn")
