"""What the published interface says holds for every address, so that a new one can't forget it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest
from starlette.testclient import TestClient

from api import app, composition, settings
from api.paperwork import paper_answers
from authz.offices import people
from database import keys, migrating
from engine.paperwork import documents
from scripts import publish_openapi

PUBLIC = {
    "/api/documents/{verification_code}",
    "/healthz",
    "/readyz",
    "/metrics",
    "/api/session",
    "/api/session/reset",
    "/api/processes",
    "/api/processes/{code}",
    "/api/processes/{code}/diagram",
    "/api/processes/{code}/list-template",
    "/api/demo",
    "/api/calculators",
    "/api/calculators/{code}",
}
WITHOUT_KEY = {
    "/api/session",
    "/api/session/reset",
    "/api/cases/{case_no}/verification",
    "/api/staffing/simulation",
    "/api/processes/{code}/application-form",
    "/api/calculators/{code}",
}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    folder = tmp_path_factory.mktemp("office")
    chosen = settings.read(
        {
            "TONGBAN_DATABASE_URL": f"sqlite:///{folder / 'tongban.db'}",
            "TONGBAN_DATA_DIR": str(folder),
        }
    )
    keys.install(keys.load(chosen.key_file))
    migrating.migrate(chosen.database_url)
    opened = composition.open_office(chosen)
    with TestClient(app.around(opened), client=("127.0.0.1", 1)) as client:
        yield client


@pytest.fixture(scope="module")
def document(client: TestClient) -> Any:
    return client.get("/api/openapi.json").json()


def operations(document: Any) -> Iterator[tuple[str, str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


@pytest.mark.slow
def test_the_committed_document_is_made_without_an_office(document: Any) -> None:
    """``make openapi`` publishes what a running office does."""
    assert (publish_openapi.present() == document) is True


def test_nothing_but_the_public_answers_without_signing_in(
    client: TestClient, document: Any
) -> None:
    for method, path, _ in operations(document):
        if path in PUBLIC:
            continue

        answer = client.request(method, path.replace("{", "").replace("}", ""), json={})

        if path in ("/api/files", "/api/lists"):
            answer = client.post(path, files={"file": b"%PDF-"})
        assert answer.status_code == 401, (method, path, answer.text)
        assert answer.headers["content-type"] == "application/problem+json"


def test_every_command_takes_a_key(document: Any) -> None:
    for method, path, operation in operations(document):
        names = {parameter["name"] for parameter in operation.get("parameters", [])}
        expected = method == "post" and path not in WITHOUT_KEY
        assert ("Idempotency-Key" in names) == expected, (method, path)


def test_every_reference_leads_somewhere(document: Any) -> None:
    known = document["components"]["schemas"]

    def follow(value: Any) -> None:
        if isinstance(value, dict):
            if "$ref" in value:
                assert value["$ref"].removeprefix("#/components/schemas/") in known
            for member in value.values():
                follow(member)
        elif isinstance(value, list):
            for member in value:
                follow(member)

    follow(document)


def test_every_operation_may_be_refused_with_a_problem(document: Any) -> None:
    for method, path, operation in operations(document):
        content = operation["responses"]["default"]["content"]
        assert list(content) == ["application/problem+json"], (method, path)


def test_every_answer_has_a_shape(document: Any) -> None:
    for method, path, operation in operations(document):
        for status, answer in operation["responses"].items():
            content = answer.get("content", {}).get("application/json")
            assert content is None or content["schema"], (method, path, status)


@pytest.mark.slow
def test_a_wrong_method_is_told_the_right_ones(client: TestClient, document: Any) -> None:
    for path, methods in document["paths"].items():
        published = {method.upper() for method in methods}
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - published:
            answer = client.request(method, path.replace("{", "").replace("}", ""))

            assert (answer.status_code, answer.json()["rule"]) == (405, "route.method"), path
            assert set(answer.headers["allow"].split(", ")) == published, path


def test_what_is_not_built_is_absent(client: TestClient) -> None:
    for path in ("/docs", "/redoc", "/api/tickets"):
        assert client.get(path).status_code == 404


def test_an_empty_office_is_ready(client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ready", "missing": [], "noted": []}
    assert client.get("/api/demo").status_code == 404


def test_a_key_of_another_database_stops_the_start(tmp_path: Path) -> None:
    """Sealed data would read as altered, one case after the other."""
    chosen = settings.read(
        {
            "TONGBAN_DATABASE_URL": f"sqlite:///{tmp_path / 'tongban.db'}",
            "TONGBAN_DATA_DIR": str(tmp_path),
        }
    )
    keys.install(keys.load(chosen.key_file))
    migrating.migrate(chosen.database_url)
    opened = composition.open_office(chosen)
    with opened.sessions.command() as session:
        people.find_or_add(session, id_no="11010519491231002X", name="王五")
    opened.sessions.engine.dispose()
    chosen.key_file.unlink()

    with pytest.raises(composition.StartRefused, match="TONGBAN_KEY_FILE"):
        composition.open_office(chosen)


def test_every_kind_of_paper_is_published() -> None:
    assert set(get_args(paper_answers.Kind)) == set(documents.KINDS)
