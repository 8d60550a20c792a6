"""Loading process folders: what counts, what is refused and where it points, and how versions coexist."""

import shutil
from pathlib import Path

import pytest

from engine.defining import archive, definitions, folders, loading, skeleton
from engine.defining.definitions import DefinitionGone, UnknownProcess
from engine.defining.located import DefinitionRefused

PROCESSES = Path(__file__).parents[2] / "processes"
SHARED = PROCESSES / "_shared"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A fresh skeleton, with ``_shared`` beside it."""
    shutil.copytree(SHARED, tmp_path / "_shared")
    skeleton.write("sample", tmp_path, shared=SHARED)
    return tmp_path / "sample"


def load(folder: Path) -> definitions.Definition:
    return loading.load(folder, folder.parent / "_shared")


def refusal(folder: Path) -> DefinitionRefused:
    with pytest.raises(DefinitionRefused) as refused:
        load(folder)
    return refused.value


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_skeleton_loads_and_says_who_it_is(folder: Path) -> None:
    definition = load(folder)
    assert definition.code == "sample"
    assert definition.names.zh == "sample"
    assert definition.applicant == ("person",)
    assert [material.code for material in definition.guide.materials] == ["id_card"]
    assert definition.form_schema()["properties"]["matter"]["title_zh"] == "事由"
    assert definition.diagram == (folder / "process.bpmn").read_bytes()


@pytest.mark.parametrize(
    "name", ["", "Sample", "1sample", "sam ple", "../x", "a" * 41, "class", "_x"]
)
def test_a_skeleton_needs_a_good_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(skeleton.NameRefused):
        skeleton.write(name, tmp_path, shared=SHARED)
    assert not list(tmp_path.iterdir())


def test_a_skeleton_overwrites_nothing(folder: Path) -> None:
    with pytest.raises(skeleton.FolderExists):
        skeleton.write("sample", folder.parent, shared=SHARED)


@pytest.mark.parametrize(
    "name", ["form.py", "guide.yaml", "posting.py", "process.bpmn", "examples.yaml"]
)
def test_the_digest_covers_every_counted_file(folder: Path, name: str) -> None:
    before = load(folder).digest
    comment = "<!-- later -->" if name.endswith(".bpmn") else "# later\n"
    with (folder / name).open("a", encoding="utf-8") as file:
        file.write(comment)
    assert load(folder).digest != before


def test_the_digest_covers_shared_and_the_code_but_no_caches(folder: Path) -> None:
    before = load(folder).digest
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "form.cpython-311.pyc").write_bytes(b"x")
    (folder / "README.md").write_text("about", encoding="utf-8")
    assert load(folder).digest == before
    shared_path = folder.parent / "_shared"
    renamed = folder.rename(folder.with_name("renamed"))
    assert folders.read(renamed, shared_path).digest != before
    assert refusal(renamed).element == "sample", "the diagram's process keeps the old code"
    shared = next(shared_path.glob("*.bpmn"))
    with shared.open("a", encoding="utf-8") as file:
        file.write("<!-- later -->")
    assert load(renamed.rename(folder)).digest != before


@pytest.mark.parametrize(
    "name", ["form.py", "posting.py", "guide.yaml", "examples.yaml", "process.bpmn"]
)
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert refusal(folder).file.endswith(f"sample/{name}")


@pytest.mark.parametrize("name", ["rates.csv", "tool.sh", "inner"])
def test_what_the_digest_would_not_cover_is_refused(folder: Path, name: str) -> None:
    if name == "inner":
        (folder / name).mkdir()
    else:
        (folder / name).write_text("x", encoding="utf-8")
    assert refusal(folder).file.endswith(name)


def test_a_link_is_refused(folder: Path, tmp_path: Path) -> None:
    outside = tmp_path / "outside.py"
    outside.write_text("x = 1\n", encoding="utf-8")
    (folder / "extra.py").symlink_to(outside)
    assert refusal(folder).file.endswith("extra.py")


@pytest.mark.parametrize(
    ("file", "old", "new", "at", "element"),
    [
        ("form.py", "class Form", "class Form(", "class Form(", ""),
        (
            "form.py",
            "from engine import process\n",
            "import database.keys\n",
            "keys",
            "database.keys",
        ),
        (
            "form.py",
            "from engine import process\n",
            "from engine import cases\n",
            "cases",
            "engine.cases",
        ),
        (
            "form.py",
            "from engine import process\n",
            "from ..other import form\n",
            "..",
            "processes",
        ),
        (
            "posting.py",
            "register.entries",
            "register.writing",
            "register.writing",
            "register.writing",
        ),
        ("form.py", "max_length=500", "max_length=nothing", "nothing", "NameError"),
        ("form.py", 'text("事由", "Matter", min_length=1, max_length=500)', '"x"', "", "matter"),
        ("form.py", "class Form(process.Form)", "class Form(object)", "", "Form"),
        ("posting.py", "def posting", "def post", "", "posting"),
        ("__init__.py", "PROCESS = ", "OTHER = ", "", "PROCESS"),
        ("__init__.py", '"registration"', '"anything"', "", "category"),
        ("__init__.py", '"registration"', '"registration", applicant=("agent",)', "", "applicant"),
        ("__init__.py", 'Names("sample", "sample")', 'Names("sample", "")', "", "names"),
        ("guide.yaml", "    identity: true\n", "", "required: true", "materials.0.required"),
        (
            "guide.yaml",
            "    identity: true\n",
            "    identity: true\n    shareable: true\n",
            "required: true",
            "materials.0.required",
        ),
        ("guide.yaml", "  days: 10", "  days: 5", "promised_days", "time_limit.promised_days"),
        ("guide.yaml", "years: permanent", "years: 7", "years: 7", "retention.years"),
        ("guide.yaml", "copies: 1", "copies: one", "copies: one", "materials.0.copies"),
        ("guide.yaml", "channels:", "channel:", "", "channels"),
        ("examples.yaml", "level: 1", "level: 7", "level: 7", "examples.0.expect.level"),
        (
            "examples.yaml",
            "invalid: [",
            "refused: x, invalid: [",
            "refused: x",
            "examples.2.expect",
        ),
    ],
)
def test_what_does_not_load_is_named_with_its_line(
    folder: Path, file: str, old: str, new: str, at: str, element: str
) -> None:
    edit(folder / file, old, new)
    lines = (folder / file).read_text(encoding="utf-8").splitlines()
    refused = refusal(folder)
    assert refused.file.endswith(f"sample/{file}")
    assert refused.element == element
    if at:
        assert at in lines[(refused.line or 0) - 1], refused.detail


def test_facts_are_declared_and_not_the_engines(folder: Path) -> None:
    (folder / "facts.py").write_text("def facts(form, records):\n    return {}\n", encoding="utf-8")
    assert refusal(folder).element == "NAMES"
    (folder / "facts.py").write_text(
        'from engine.process import Names\nNAMES = {"route": Names("a", "b")}\n', encoding="utf-8"
    )
    assert refusal(folder).element == "route"


def test_a_document_needs_its_template(folder: Path) -> None:
    (folder / "document.py").write_text(
        "def document(form, records):\n    return {}\n", encoding="utf-8"
    )
    assert refusal(folder).file.endswith("document.typ")


def test_a_failed_load_leaves_nothing_behind(folder: Path) -> None:
    good = (folder / "form.py").read_text(encoding="utf-8")
    edit(folder / "form.py", "max_length=500", "max_length=nothing")
    refusal(folder)
    (folder / "form.py").write_text(good, encoding="utf-8")
    assert load(folder).code == "sample"


def test_two_versions_of_one_folder_coexist(folder: Path) -> None:
    first = load(folder)
    edit(folder / "form.py", "max_length=500", "max_length=5")
    second = load(folder)
    assert first.digest != second.digest
    assert first.form is not second.form
    first.form.model_validate({"matter": "longer than five"})
    with pytest.raises(ValueError, match="5 characters"):
        second.form.model_validate({"matter": "longer than five"})


def test_a_case_in_flight_finds_its_kept_version(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    first = load(folder)
    assert archive.keep(first, data) == archive.keep(first, data)
    edit(folder / "form.py", "max_length=500", "max_length=5")
    catalogue = definitions.load([folder.parent], folder.parent / "_shared", data)
    assert catalogue.current("sample").digest != first.digest
    kept = catalogue.at(first.digest)
    assert (kept.code, kept.digest) == ("sample", first.digest)
    assert catalogue.at(first.digest) is kept
    assert [d.code for d in catalogue.all()] == ["sample"]


def test_a_version_that_is_gone_or_altered_says_what_to_restore(
    folder: Path, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    first = load(folder)
    place = archive.keep(first, data)
    edit(place / "sample" / "form.py", "max_length=500", "max_length=9999")
    edit(folder / "form.py", "max_length=500", "max_length=5")
    catalogue = definitions.load([folder.parent], folder.parent / "_shared", data)
    for digest in (first.digest, "0" * 64, "../../etc"):
        with pytest.raises(DefinitionGone) as gone:
            catalogue.at(digest)
        assert gone.value.rule == "definition.gone"


def test_an_unknown_code_is_not_found(folder: Path) -> None:
    with pytest.raises(UnknownProcess):
        definitions.load([folder.parent], folder.parent / "_shared").current("nothing")


def test_a_code_that_two_folders_claim_is_refused(folder: Path, tmp_path: Path) -> None:
    skeleton.write("sample", tmp_path / "extra", shared=SHARED)
    with pytest.raises(DefinitionRefused) as refused:
        definitions.load([folder.parent, tmp_path / "extra"], folder.parent / "_shared")
    assert refused.value.element == "sample"


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(DefinitionRefused, match="no folder"):
        definitions.load([tmp_path / "nothing"], SHARED)
