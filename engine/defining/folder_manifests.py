"""The manifest of a process folder: its files, each with its digest, as ``sha256sum`` writes them.

It is what is registered, signed and compared of a process; the files themselves lie on disk. A process and
``_shared``, which is part of all of them, are registered apart: together they name the version in force.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from engine.defining import folders, retirement
from engine.defining.definitions import Catalogue, Definition, DefinitionGone
from engine.defining.folders import SHARED, Fingerprints
from engine.defining.located import DefinitionRefused

_LINE = re.compile(r"([0-9a-f]{64})  ([a-z_][a-z0-9_]*)/([^/\s\\]+)")


def written(name: str, files: Fingerprints) -> str:
    """The manifest of a folder, by the digests of its files."""
    return "".join(f"{files[file]}  {name}/{file}\n" for file in sorted(files))


@lru_cache(maxsize=500)
def parsed(text: str, name: str) -> Fingerprints:
    """The files of a manifest of the folder ``name``. Raises DefinitionRefused."""
    found = {}
    for number, line in enumerate(text.splitlines(), 1):
        said = _LINE.fullmatch(line)
        if said is None or said[2] != name:
            reason = f"is no line of a manifest of {name}: digest, two spaces, {name}/file"
            raise DefinitionRefused("manifest", number, "", reason)
        found[said[3]] = said[1]
    if not found or written(name, found) != text:
        reason = "names each file once, by name, each line ended"
        raise DefinitionRefused("manifest", None, "", reason)
    return found


def of(definitions: Sequence[Definition]) -> dict[str, str]:
    """The manifests of these processes and, where there are any, of ``_shared``, by folder."""
    found = {
        one.code: written(one.code, folders.fingerprints(one.folder.files)) for one in definitions
    }
    if definitions:
        found[SHARED] = written(SHARED, folders.fingerprints(definitions[0].folder.shared))
    return found


def digests(texts: Mapping[str, str]) -> dict[str, str]:
    """The digest of each process that these texts register, by code; none of what they retire.

    Raises DefinitionRefused.
    """
    shared = _shared(texts)
    return {
        code: folders.digest_of(code, parsed(text, code), shared)
        for code, text in retirement.manifests(texts).items()
        if code != SHARED
    }


def catalogue(known: Catalogue, texts: Mapping[str, str]) -> Catalogue:
    """The processes that these texts register and don't retire; without any text, what is installed.

    A version that is not on this node, or doesn't load on it, is ``absent`` there: nothing is used in its
    place. Raises DefinitionRefused for a text that is no manifest.
    """
    if not texts:
        return known
    shared = _shared(texts)
    current, absent = [], {}
    for code in sorted(set(retirement.manifests(texts)) - {SHARED}):
        own = parsed(texts[code], code)
        try:
            current.append(known.made_of(code, own, shared))
        except DefinitionGone:
            version = folders.digest_of(code, own, shared)
            absent[code] = f"version {version} is not kept under definitions/ in the data folder"
        except DefinitionRefused as wrong:
            absent[code] = str(wrong)
    return known.using(current, absent)


def _shared(texts: Mapping[str, str]) -> Fingerprints:
    return parsed(texts[SHARED], SHARED) if SHARED in texts else {}
