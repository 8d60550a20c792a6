"""The Python of a process folder, run from the bytes its digest covers, beside other versions of it.

Every version is a package of its own, named by its digest, so a case in flight keeps its code while
new cases use the next. Compiled files on disk are neither read nor written.
"""

import ast
import importlib
import sys
import threading
from collections.abc import Mapping, Sequence
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from types import CodeType, ModuleType

from pydantic import PydanticUserError

from engine.defining.folders import Folder

PREFIX = "tongban_process_"
# The contract and the register's pure parts: all of this application a process may import (design §3).
OWN_ROOMS = frozenset(
    {
        "api",
        "authz",
        "database",
        "engine",
        "hall",
        "jobs",
        "oversight",
        "processes",
        "register",
        "web",
    }
)
ALLOWED = (
    "engine.employee_lists",
    "engine.process",
    "register.amounts",
    "register.chart",
    "register.corrected",
    "register.enrolment",
    "register.entries",
    "register.identity",
    "register.interest",
    "register.months",
    "register.newcomers",
    "register.obligations",
    "register.pension",
    "register.proposals",
    "register.records",
    "register.retirement",
    "register.rules",
    "register.spans",
    "register.words",
)
# What running a module's top level can raise where its author made a mistake.
IMPORT_ERRORS = (
    ArithmeticError,
    AttributeError,
    ImportError,
    LookupError,
    NameError,
    PydanticUserError,
    RuntimeError,
    TypeError,
    ValueError,
)
_lock = threading.RLock()


class _Source(InspectLoader):
    """Loads one module from the bytes that were digested."""

    def __init__(self, source: bytes, file: str, *, package: bool) -> None:
        self._source, self._file, self._package = source, file, package

    def is_package(self, fullname: str) -> bool:
        """Whether it is the folder's ``__init__.py``."""
        del fullname
        return self._package

    def get_source(self, fullname: str) -> str:
        """The text of the module."""
        del fullname
        return self._source.decode("utf-8")

    def get_code(self, fullname: str) -> CodeType:
        """The code, compiled now; its file name is for tracebacks."""
        del fullname
        return self.source_to_code(self._source, self._file)


class _Versions(MetaPathFinder):
    """Finds the modules of loaded folders, by the package named after their digest."""

    def __init__(self) -> None:
        self.modules: dict[str, _Source] = {}

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The spec of a module of a process folder, and nothing else."""
        del path, target
        source = self.modules.get(fullname)
        return spec_from_loader(fullname, source) if source else None


_versions = _Versions()


def load(folder: Folder) -> Mapping[str, ModuleType]:
    """The folder's modules by their short names (``__init__`` is the package itself).

    Raises DefinitionRefused naming file and line of what doesn't import.
    """
    package = f"{PREFIX}{folder.digest}"
    names = {name.removesuffix(".py") for name in folder.files if name.endswith(".py")}
    for name in names:
        check_imports(folder, f"{name}.py")
    with _lock:
        if _versions not in sys.meta_path:
            sys.meta_path.append(_versions)
        for name in names:
            full = package if name == "__init__" else f"{package}.{name}"
            source = folder.files[f"{name}.py"]
            file = str(folder.path / f"{name}.py")
            _versions.modules[full] = _Source(source, file, package=name == "__init__")
        try:
            return {
                name: importlib.import_module(
                    package if name == "__init__" else f"{package}.{name}"
                )
                for name in sorted(names)
            }
        except IMPORT_ERRORS as wrong:
            _forget(package)
            raise _refused(folder, wrong) from wrong


def check_imports(folder: Folder, file: str) -> None:
    """Raise DefinitionRefused where a module imports a part of the application it may not know."""
    try:
        tree = ast.parse(folder.files[file], file)
    except SyntaxError as wrong:
        raise folder.refused(file, f"is not Python: {wrong.msg}", line=wrong.lineno) from wrong
    except ValueError as wrong:
        raise folder.refused(file, "is not Python: it holds a null byte") from wrong
    except (MemoryError, RecursionError) as wrong:
        raise folder.refused(file, "is not Python that can be read: nested too deeply") from wrong
    for node in ast.walk(tree):
        for module in _imported(node):
            own = module.split(".")[0] in OWN_ROOMS
            if own and not any(f"{module}.".startswith(f"{allowed}.") for allowed in ALLOWED):
                raise folder.refused(
                    file,
                    "a process may import of this application only engine.process and the register's "
                    "pure rules",
                    line=getattr(node, "lineno", None),
                    element=module,
                )


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        if node.level > 1:
            return ["processes"]
        if node.level == 0 and node.module:
            # `from register import pension` names the module in the second place.
            if node.module in OWN_ROOMS:
                return [f"{node.module}.{alias.name}" for alias in node.names]
            return [node.module]
    return []


def _forget(package: str) -> None:
    for full in [name for name in _versions.modules if f"{name}.".startswith(f"{package}.")]:
        del _versions.modules[full]
        sys.modules.pop(full, None)


def _refused(folder: Folder, wrong: Exception) -> Exception:
    """Where in the folder an import failed, as a refusal."""
    file, line = "__init__.py", None
    traceback = wrong.__traceback__
    while traceback is not None:
        name = traceback.tb_frame.f_code.co_filename
        if name.startswith(str(folder.path)):
            file, line = name.removeprefix(str(folder.path)).lstrip("/"), traceback.tb_lineno
        traceback = traceback.tb_next
    return folder.refused(file, f"doesn't import: {wrong}", line=line, element=type(wrong).__name__)
