"""Makes a definition of a process folder, refusing what can't be: every refusal names its place."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import Any

from database.refusals import InvariantBroken
from engine import bpmn
from engine.defining import examples, folder_code, folder_messages, folders, guides
from engine.defining.conditions import Fact
from engine.defining.definition import Definition, Facts
from engine.defining.diagrams import ENGINE_FACTS, DiagramRefused
from engine.defining.folders import Folder
from engine.defining.guides import Guide
from engine.defining.located import DefinitionRefused
from engine.process import Declaration, Form, Names
from engine.rules.risk_file import REGISTERS

CATEGORIES = ("registration", "contribution", "account", "transfer", "benefit", "authority")
APPLICANTS = ("person", "employer")
# Of the office's own registers: nobody comes to the window for them.
OWN = ("agency",)
DIAGRAM = "process.bpmn"
NEEDED = ("__init__.py", "form.py", "posting.py", DIAGRAM, "guide.yaml", "examples.yaml")


def load(path: Path, shared_path: Path) -> Definition:
    """The definition a folder holds; raises DefinitionRefused with file, line, element and reason."""
    return made(folders.read(path, shared_path))


def made(folder: Folder) -> Definition:
    """The definition of a folder that was read; its code runs here, so check its digest before."""
    for name in NEEDED:
        if name not in folder.files:
            raise folder.refused(name, "is missing: every process has it")
    if ("document.py" in folder.files) != ("document.typ" in folder.files):
        raise folder.refused("document.typ", "document.py and document.typ go together")
    if b'"@' in folder.files.get("document.typ", b""):
        raise folder.refused("document.typ", "imports a package: a template brings all it needs")
    modules = folder_code.load(folder)
    declared = _declaration(folder, modules["__init__"])
    names = _fact_names(folder, modules.get("facts"))
    guide, model = guides.parse(*_text(folder, "guide.yaml")), _model(folder, names)
    _check_timers(folder, guide, model)
    messages = folder_messages.declared(folder, modules.get("messages"), guide, model.messages)
    needed = frozenset(name for name, message in messages.items() if message.NEEDED)
    drawn = replace(model.diagrams, carrying=frozenset(messages), needed=needed)
    return Definition(
        code=folder.code,
        names=declared.names,
        category=declared.category,
        applicant=tuple(declared.applicant),
        enrols=tuple(declared.enrols),
        national_item_code=declared.national_item_code,
        bundle=tuple(declared.bundle),
        digest=folder.digest,
        form=_form(folder, modules["form"]),
        messages=messages,
        facts=_facts(folder, modules["facts"], names) if "facts" in modules else None,
        fact_names=names,
        posting=_function(folder, modules["posting"], "posting"),
        document=_function(folder, modules["document"], "document")
        if "document" in modules
        else None,
        document_template=folder.files.get("document.typ"),
        guide=guide,
        examples=examples.parse(*_text(folder, "examples.yaml")),
        model=replace(model, diagrams=drawn),
        diagram=folder.files[DIAGRAM],
        folder=folder,
    )


def _text(folder: Folder, name: str) -> tuple[str, str]:
    try:
        return folder.files[name].decode("utf-8"), str(folder.path / name)
    except UnicodeDecodeError as wrong:
        raise folder.refused(name, "is not UTF-8 text") from wrong


def _declaration(folder: Folder, module: ModuleType) -> Declaration:
    declared = getattr(module, "PROCESS", None)
    if not isinstance(declared, Declaration):
        raise folder.refused("__init__.py", "declares no PROCESS", element="PROCESS")
    if not (declared.names.zh and declared.names.en):
        raise folder.refused("__init__.py", "names the process in zh and en", element="names")
    if declared.category not in CATEGORIES:
        allowed = ", ".join(CATEGORIES)
        raise folder.refused("__init__.py", f"is one of {allowed}", element="category")
    if tuple(declared.applicant) == OWN:
        if folder.code not in REGISTERS:
            raise folder.refused("__init__.py", "is none of the registers", element="applicant")
        return declared
    if folder.code in REGISTERS:
        raise folder.refused("__init__.py", "is agency for a register", element="applicant")
    if not declared.applicant or not set(declared.applicant) <= set(APPLICANTS):
        raise folder.refused("__init__.py", "is person, employer or both", element="applicant")
    if not set(declared.enrols) <= set(APPLICANTS):
        raise folder.refused("__init__.py", "is person, employer, both or none", element="enrols")
    return declared


def _form(folder: Folder, module: ModuleType) -> type[Form]:
    form = getattr(module, "Form", None)
    if not (isinstance(form, type) and issubclass(form, Form)) or form is Form:
        raise folder.refused("form.py", "defines class Form(process.Form)", element="Form")
    folder_messages.check_titles(folder, "form.py", form)
    return form


def _function(folder: Folder, module: ModuleType, name: str) -> Any:
    function = getattr(module, name, None)
    if not callable(function):
        raise folder.refused(f"{name}.py", f"defines def {name}(form, records)", element=name)
    return function


def _fact_names(folder: Folder, module: ModuleType | None) -> Mapping[str, Names]:
    if module is None:
        return {}
    declared = getattr(module, "NAMES", None)
    if not isinstance(declared, dict) or not declared:
        raise folder.refused(
            "facts.py", "declares NAMES: each fact's name in zh and en", element="NAMES"
        )
    for name, names in declared.items():
        if not isinstance(names, Names) or not folders.CODE.fullmatch(str(name)):
            raise folder.refused(
                "facts.py", "maps a lower-case name to Names(zh, en)", element=str(name)
            )
        if name in ENGINE_FACTS:
            raise folder.refused("facts.py", "is a fact of the engine's own", element=name)
    return declared


def _facts(folder: Folder, module: ModuleType, names: Mapping[str, Names]) -> Facts:
    function: Facts = _function(folder, module, "facts")

    def declared_facts(*said: Any) -> Mapping[str, Fact]:
        """The process's facts, held to what it declares: a rule must find what it reads."""
        given = function(*said)
        if set(given) != set(names):
            raise InvariantBroken(
                f"{folder.code} gives facts {sorted(given)}, declares {sorted(names)}"
            )
        for name, value in given.items():
            if type(value) not in (str, int, bool):
                raise InvariantBroken(
                    f"fact {name} of {folder.code} is no text, integer or boolean"
                )
        return given

    return declared_facts


def _check_timers(folder: Folder, guide: Guide, model: bpmn.Model) -> None:
    """Every timer names a deadline of the guide, and every deadline has its timer."""
    for name in sorted(model.timers - set(guide.deadlines)):
        raise folder.refused(DIAGRAM, "is no deadline of guide.yaml", element=name)
    for name in sorted(set(guide.deadlines) - model.timers):
        raise folder.refused("guide.yaml", "is a deadline no timer waits for", element=name)


def _model(folder: Folder, names: Mapping[str, Names]) -> bpmn.Model:
    """The compiled diagrams: the process's own first, then its others and the shared ones."""
    others = sorted(name for name in folder.files if name.endswith(".bpmn") and name != DIAGRAM)
    files = {str(folder.path / name): folder.files[name] for name in (DIAGRAM, *others)}
    files |= {
        str(folder.shared_path / name): content
        for name, content in sorted(folder.shared.items())
        if name.endswith(".bpmn")
    }
    try:
        model = bpmn.compile_model(files, facts=frozenset(names))
    except DiagramRefused as wrong:
        raise DefinitionRefused(wrong.file, wrong.line, wrong.element, wrong.reason) from wrong
    if model.spec.name != folder.code:
        raise folder.refused(
            DIAGRAM, f"the process's id must be {folder.code}", element=model.spec.name
        )
    return model
