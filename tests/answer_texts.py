"""What an answer says, as text, whatever it is: papers as they read, archives and workbooks unpacked."""

import io
import json
import re
import zipfile

import pypdf
from httpx2 import Response


def said(answer: Response) -> str:
    """Everything that can be read in an answer, its headers included."""
    content = answer.content
    if content.startswith(b"%PDF"):
        pages = pypdf.PdfReader(io.BytesIO(content)).pages
        return re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    if content.startswith(b"PK"):
        # Evidence, and the auditors' lists as workbooks.
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            parts = [name for name in file.namelist() if name.endswith((".json", ".xml"))]
            return "".join(file.read(name).decode() for name in parts)
    text = content.decode() + str(dict(answer.headers))
    if content[:1] == b"{":
        # Escaped, a name would go unseen.
        text += json.dumps(json.loads(content), ensure_ascii=False)
    return text
