"""Workbooks that mean harm, or aren't any: each with the rule that refuses it."""

import io
import zipfile
from collections.abc import Callable, Mapping

from tests.listed_employees import workbook

PROCESS = "contribution_suspend"
SHEET = "xl/worksheets/sheet1.xml"
MULTIPART = {"Content-Type": "multipart/form-data; boundary=b"}
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'


def good() -> bytes:
    """An ordinary list, whose parts the others replace."""
    return workbook(PROCESS, [("610099198506127722", "顾磊", "调出本单位")])


def multipart(uscc: str) -> bytes:
    """The ordinary list of an employer as a form sends it, beside the header ``MULTIPART``."""
    said = (
        b'name="process"\r\n\r\n' + PROCESS.encode(),
        b'name="uscc"\r\n\r\n' + uscc.encode(),
        b'name="file"; filename="list.xlsx"\r\n\r\n' + good(),
    )
    parts = [b"--b\r\nContent-Disposition: form-data; " + each + b"\r\n" for each in said]
    return b"".join(parts) + b"--b--\r\n"


def with_part(name: str, content: bytes) -> bytes:
    """The ordinary list with one part replaced, or added."""
    into = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(good())) as before,
        zipfile.ZipFile(into, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for part in before.namelist():
            if part != name:
                after.writestr(part, before.read(part))
        after.writestr(name, content)
    return into.getvalue()


def sheet(rows: str, dimension: str = "A1:C2") -> bytes:
    """The ordinary list with these rows in its sheet's XML."""
    said = (
        f'<?xml version="1.0" encoding="UTF-8"?><worksheet {MAIN}><dimension ref="{dimension}"/>'
        f"<sheetData>{rows}</sheetData></worksheet>"
    )
    return with_part(SHEET, said.encode())


def row(number: int, *texts: str) -> str:
    """A row of texts as XML."""
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'


def _many_parts() -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for number in range(500):
            archive.writestr(f"xl/{number}.xml", b"<a/>")
    return into.getvalue()


def _entities() -> bytes:
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    said = f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a0 "ha">{levels}]><sst {MAIN}>&a9;</sst>'
    return with_part("xl/sharedStrings.xml", said.encode())


def _outside() -> bytes:
    said = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst {MAIN}>&x;</sst>'
    return with_part("xl/sharedStrings.xml", said.encode())


def _wide() -> bytes:
    said = f'<?xml version="1.0" encoding="UTF-16"?><sst {MAIN}/>'
    return with_part("xl/sharedStrings.xml", said.encode("utf-16"))


def _encrypted() -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4096)


def _too_long() -> bytes:
    people = [(f"99010119800101{n:04d}", "某人", "其他") for n in range(5_050)]
    return workbook(PROCESS, people)


REFUSED: Mapping[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "sheet.type"),
    "no archive": (lambda: b"id,name\n1,2\n", "sheet.type"),
    "an old .xls, or an encrypted one": (_encrypted, "sheet.type"),
    "an archive of something else": (
        lambda: _archive({"readme.txt": b"hello"}),
        "sheet.type",
    ),
    "cut in half": (lambda: good()[: len(good()) // 2], "sheet.type"),
    "more than it may send": (lambda: bytes(11 * 1024 * 1024), "sheet.large"),
    "a bomb of zeros": (
        lambda: with_part("xl/media/image1.png", bytes(200 * 1024 * 1024)),
        "sheet.bomb",
    ),
    "hundreds of parts": (_many_parts, "sheet.parts"),
    "macros": (lambda: with_part("xl/vbaProject.bin", b"Attribute VB_Name"), "sheet.macros"),
    "an embedded program": (
        lambda: with_part("xl/embeddings/oleObject1.bin", b"MZ"),
        "sheet.macros",
    ),
    "entities that multiply": (_entities, "sheet.entities"),
    "an entity outside": (_outside, "sheet.entities"),
    "an encoding that hides them": (_wide, "sheet.entities"),
    "a sheet that is no XML": (lambda: with_part(SHEET, b"<worksheet"), "sheet.damaged"),
    "a million rows of nothing, then one": (
        lambda: sheet(row(1, "a") + row(1_048_576, "b"), "A1:XFD1048576"),
        "sheet.rows",
    ),
    "more rows than a list has": (_too_long, "sheet.rows"),
    "no head": (lambda: sheet(row(1, "610099198506127722", "顾磊", "其他")), "sheet.head"),
    "only a head": (lambda: workbook(PROCESS, []), "sheet.empty"),
    "one head twice": (lambda: sheet(row(1, "姓名", "姓名", "公民身份号码")), "sheet.head"),
}


def _archive(parts: Mapping[str, bytes]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return into.getvalue()
