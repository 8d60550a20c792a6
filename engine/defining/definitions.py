"""The catalogue of processes: what is in use now, and earlier versions for cases in flight."""

import threading
from collections.abc import Mapping, Sequence
from pathlib import Path

from database.refusals import Conflict, NotFound, Unavailable
from engine.defining import archive, folders, loading, retirement
from engine.defining.definition import Definition
from engine.defining.folders import Fingerprints
from engine.defining.located import DefinitionRefused
from engine.defining.retirement import Retired

__all__ = [
    "Catalogue",
    "Definition",
    "DefinitionGone",
    "DefinitionNotHere",
    "DefinitionRefused",
    "UnknownProcess",
    "load",
]


# A definition follows from the bytes of its folder alone, so an office that is opened again in the same
# process (a drill, a test) needs no second parsing of what did not change.
MAX_KNOWN = 500
_known: dict[tuple[Path, Path], Definition] = {}


class UnknownProcess(NotFound):
    """There is no such process: GET /api/processes lists them."""

    rule = "process.unknown"


class DefinitionGone(Conflict):
    """The version of the process this case began with is no longer here: restore its folder."""

    rule = "definition.gone"


class DefinitionNotHere(Unavailable):
    """The version of this process that is in force is not on this node, and no other is used instead."""

    rule = "definition.not_here"


class Catalogue:
    """The definitions in use by code; by digest also those kept in the archive, loaded when asked for.

    ``absent`` are the processes whose version in force can't be used on this node, and why not;
    ``retired`` those that are offered no more.
    """

    def __init__(
        self,
        deployed: Sequence[Definition],
        data_dir: Path | None,
        absent: Mapping[str, str] | None = None,
        retired: Mapping[str, Retired] | None = None,
    ) -> None:
        self.absent = absent or {}
        self.retired = retired or {}
        self._current = {definition.code: definition for definition in deployed}
        self._by_digest = {definition.digest: definition for definition in deployed}
        self._data_dir = data_dir
        self._lock = threading.Lock()

    def using(
        self,
        current: Sequence[Definition],
        absent: Mapping[str, str],
        retired: Mapping[str, Retired] | None = None,
    ) -> "Catalogue":
        """The same knowledge of versions, with these in use, and these offered no more."""
        other = Catalogue(current, self._data_dir, absent, retired)
        other._by_digest, other._lock = self._by_digest, self._lock
        return other

    def current(self, code: str) -> Definition:
        """The definition new cases of a process begin on.

        Raises UnknownProcess, DefinitionNotHere, ProcessRetired.
        """
        definition = self.deployed_at(code)
        if not at_the_window(definition):
            raise UnknownProcess
        return definition

    def deployed_at(self, code: str) -> Definition:
        """As ``current``, of the office's own registers too; raises as it does."""
        if code in self.absent:
            raise DefinitionNotHere(
                f"The version of {code} in force can't be used on this node: {self.absent[code]}.",
                facts={"process": code},
            )
        if code in self.retired:
            raise retirement.refusal(self.retired[code])
        if code not in self._current:
            raise UnknownProcess
        return self._current[code]

    def known_at(self, code: str) -> Definition:
        """As ``deployed_at``, of a process that is offered no more its last version, where that loads."""
        ended = self.retired.get(code)
        if ended is not None and ended.definition is not None:
            return ended.definition
        return self.deployed_at(code)

    def made_of(self, code: str, own: Fingerprints, shared: Fingerprints) -> Definition:
        """The version that has these files; put together of kept ones where it isn't kept as a whole.

        Raises DefinitionGone where one of them is not here, DefinitionRefused where it doesn't load.
        """
        named = folders.digest_of(code, own, shared)
        try:
            return self.at(named)
        except DefinitionGone:
            if self._data_dir is None or not archive.compose(self._data_dir, code, own, shared):
                raise
        return self.at(named)

    def at(self, digest: str) -> Definition:
        """The definition of this digest, deployed or kept; raises DefinitionGone where there is none."""
        definition = self._by_digest.get(digest)
        if definition is not None:
            return definition
        with self._lock:
            if digest not in self._by_digest:
                self._by_digest[digest] = self._kept(digest)
            return self._by_digest[digest]

    def all(self) -> Sequence[Definition]:
        """Every deployed definition of business that somebody comes for, by code."""
        return [one for one in self.deployed() if at_the_window(one)]

    def deployed(self) -> Sequence[Definition]:
        """Every deployed definition, those of the office's own registers included, by code."""
        return [self._current[code] for code in sorted(self._current)]

    def known(self) -> Sequence[Definition]:
        """As ``deployed``, with the last version of what is offered no more: its cases are still read."""
        ended = (one.definition for one in self.retired.values())
        found = self._current | {one.code: one for one in ended if one is not None}
        return [found[code] for code in sorted(found)]

    def _kept(self, digest: str) -> Definition:
        place = archive.find(self._data_dir, digest) if self._data_dir else None
        if place is not None:
            folder = folders.read(*place)
            # Nothing of a kept folder runs before its digest holds.
            if folder.digest == digest:
                return loading.made(folder)
        raise DefinitionGone(
            f"The process version {digest} is not deployed and not kept (or was altered): restore "
            f"definitions/{digest} under the data folder from a backup, or deploy that version again.",
            facts={"definition": digest},
        )


def at_the_window(definition: Definition) -> bool:
    """Whether people or employers apply for it; the office's own registers have a page of their own."""
    return "agency" not in definition.applicant


def load(
    places: Sequence[Path],
    shared: Path,
    data_dir: Path | None = None,
    failing: dict[str, DefinitionRefused] | None = None,
) -> Catalogue:
    """Every process in these folders: each sub-folder with an ``__init__.py``, but for ``_shared``.

    ``data_dir`` is where earlier versions are kept; ``failing`` takes what is refused of a folder, by its
    code, which is raised otherwise. Raises DefinitionRefused, also for a code that two folders claim.
    """
    deployed: dict[str, Definition] = {}
    for folder in places:
        if not folder.is_dir():
            raise DefinitionRefused(folder, None, "", "is no folder of processes")
        for path in sorted(folder.iterdir()):
            if path.name.startswith(("_", ".")) or not (path / "__init__.py").is_file():
                continue
            if path.name in deployed:
                other = deployed[path.name].folder.path
                raise DefinitionRefused(path, None, path.name, f"is also the code of {other}")
            try:
                deployed[path.name] = _loaded(path, shared)
            except DefinitionRefused as refused:
                if failing is None:
                    raise
                failing[path.name] = refused
    return Catalogue(list(deployed.values()), data_dir)


def _loaded(path: Path, shared: Path) -> Definition:
    """The definition of a folder as it is now; one whose digest this process loaded before is that one."""
    folder = folders.read(path, shared)
    known = _known.get((path, shared))
    if known is None or known.digest != folder.digest:
        if len(_known) >= MAX_KNOWN:
            _known.clear()
        known = _known[path, shared] = loading.made(folder)
    return known
