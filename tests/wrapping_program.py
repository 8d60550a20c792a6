"""A program that wraps keys as that of a key management service would, in a process of its own."""

import sys
from pathlib import Path

# It keeps its own secret, as a service does: what it answers is of no use without it.
_PROGRAM = """#!{python}
import base64, hashlib, sys
from pathlib import Path

secret = Path({secret!r}).read_bytes()
verb, line = sys.argv[-1], sys.stdin.readline().strip()
pad = hashlib.sha256(secret).digest()
if Path({broken!r}).exists():
    sys.exit("the module is locked: enter its PIN\\nTraceback of nobody's interest")
if verb == "wrap":
    key = base64.b64decode(line)
    print("kms:v1:" + bytes(a ^ b for a, b in zip(key, pad)).hex())
elif verb == "unwrap":
    held = bytes.fromhex(line.removeprefix("kms:v1:"))
    print(base64.b64encode(bytes(a ^ b for a, b in zip(held, pad))).decode())
"""


def write(folder: Path) -> Path:
    """Write the program, which fails as long as ``broken`` is there beside it."""
    program = folder / "kms"
    (folder / "kms-secret").write_bytes(b"what only the service knows")
    program.write_text(
        _PROGRAM.format(
            python=sys.executable,
            secret=str(folder / "kms-secret"),
            broken=str(folder / "broken"),
        )
    )
    program.chmod(0o700)
    return program
