"""The composition root: puts an office together from its settings, or says why it can't be.

Everything that could be wrong with keys, schema, processes and risk table is found here, before the
first request: an office that starts can serve.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from api import scan_settings, shipped
from api.outside.provider import Provider
from api.settings import Networks, Settings
from authz import epoch
from authz.offices.accounts import Account
from authz.offices.agencies import Agency
from authz.offices.people import NaturalPerson
from authz.qualifying import training
from authz.signing_in import session_limits
from database import clock, connection, key_source, key_wrapping, keys, schema, suites
from database.clock import Clock
from database.connection import Sessions
from database.refusals import InvariantBroken
from database.sm2 import Sm2Unavailable
from engine.defining import archive, definitions, installed_folders, verdicts
from engine.defining.definition_register import with_retired
from engine.defining.definitions import Catalogue, Definition, DefinitionRefused
from engine.office import Office
from engine.outgoing import message_plan
from engine.outgoing.message_plan import Plan, PlanRefused
from engine.people import qualifications
from engine.queueing import queue_file
from engine.rules import (
    bundles,
    risk,
    risk_history,
    rule_kinds,
    rule_registering,
    rule_tables,
    rules_in_force,
)
from engine.rules.risk_file import RiskTable
from engine.timing import workdays
from jobs import store
from oversight.proof import proving
from register import parameters

WRONG_KEY = (
    "the key file is not the one this database was written with: set TONGBAN_KEY_FILE to that one"
)


class StartRefused(Exception):  # noqa: N818
    """The office can't start; the message says what to do."""


_verdicts: dict[tuple[str, str], dict[str, Any]] = {}


@dataclass(frozen=True, slots=True)
class Opened:
    """A running office and its database; no one reads its metrics unless ``metrics_from`` says who.

    ``seal_seconds`` is how often its jobs seal its journal, 0 for never; ``jobs`` is whether a node that
    serves it runs them; ``address`` is where browsers find it; ``provider`` signs people in beside it.
    """

    office: Office
    sessions: Sessions
    metrics_from: Networks = ()
    seal_seconds: int = 0
    jobs: bool = False
    address: str | None = None
    provider: Provider | None = None


def require_ticks(settings: Settings) -> None:
    """Raise StartRefused where the jobs can't run: their schema is made by ``tongban migrate``."""
    if store.lacks(settings.database_url):
        raise StartRefused("the schema of the jobs is missing: run `tongban migrate`")


def catalogue(settings: Settings) -> Catalogue:
    """The deployed processes, shipped and further ones. Raises DefinitionRefused."""
    folders, shared = _folders(settings)
    return definitions.load(folders, shared, settings.data_dir)


def _folders(settings: Settings) -> tuple[list[Path], Path]:
    folder = shipped.process_folder()
    folders = [folder] if settings.processes is None else [folder, settings.processes]
    return folders, folder / "_shared"


def _installed(
    settings: Settings, table: RiskTable, sessions: Sessions
) -> tuple[Catalogue, dict[str, str]]:
    """The processes that can be used, and why others can't. Raises DefinitionRefused."""
    with sessions.reading() as session:
        demanded = rule_registering.demanded(session)

    def check(found: Catalogue) -> None:
        risk.check(table, found)
        bundles.check(table, found)

    folders, shared = _folders(settings)
    return installed_folders.load(folders, shared, settings.data_dir, check, demanded)


def open_office(settings: Settings, own_clock: Clock | None = None) -> Opened:
    """Open an office over a migrated database.

    Raises StartRefused, KeyFileRefused, ParametersRefused, CalendarRefused, QueuesRefused,
    DefinitionRefused, NotShipped.
    """
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    _use_suite(settings.suite)
    keys.install(keys.load(settings.key_file, key_wrapping.of(settings.key_wrapping)))
    session_limits.use(settings.limits)
    key_source.install(settings.database_url)
    engine = connection.connect(settings.database_url)
    behind = schema.behind(engine)
    if behind is not None:
        engine.dispose()
        raise StartRefused(behind)
    parameters.use(None)
    parameters.shipped()
    workdays.use(settings.data_dir)
    queue_file.use(settings.data_dir)
    table = risk.load(settings.risk_levels or shipped.risk_levels())
    sessions = Sessions(engine, own_clock)
    try:
        deployed, unusable = _installed(settings, table, sessions)
    except DefinitionRefused:
        engine.dispose()
        raise
    for definition in deployed.deployed():
        archive.keep(definition, settings.data_dir)
    opened = Opened(
        Office(
            deployed,
            table,
            settings.data_dir,
            proven(deployed, table),
            settings.public_url,
            installed=rule_kinds.installed(
                table.text, parameters.files(), workdays.in_use(), deployed
            ),
            unusable=unusable,
            store=scan_settings.store(settings.scans, settings.data_dir),
            messages=_messages(settings),
            prove=_verdict,
        ),
        sessions,
        settings.metrics_from,
        settings.seal_seconds,
        settings.jobs,
        settings.address,
        None if settings.issuer is None else Provider(settings.issuer),
    )
    _check_key(opened)
    return take_effect(opened)


def _messages(settings: Settings) -> Plan:
    try:
        return message_plan.read(settings.messages)
    except PlanRefused as wrong:
        raise StartRefused(f"TONGBAN_MESSAGES: {wrong}") from wrong


def _use_suite(name: str) -> None:
    try:
        suites.use(name)
    except Sm2Unavailable as missing:
        raise StartRefused(f"TONGBAN_SUITE: {name} can't be used here: {missing}") from missing
    except suites.SelfTestFailed as failed:
        raise StartRefused(
            f"the algorithms of the suite {failed} give other answers here than their standards: "
            "nothing can be signed or verified on this machine"
        ) from failed


def _check_key(opened: Opened) -> None:
    """Raise StartRefused where what stands in the database doesn't open with this key."""
    try:
        with opened.sessions.reading() as session:
            session.execute(select(NaturalPerson.name).limit(1)).all()
    except InvariantBroken as altered:
        raise StartRefused(WRONG_KEY) from altered


def proven(deployed: Catalogue, table: RiskTable) -> dict[str, dict[str, Any]]:
    """The verdict over each deployed definition, by digest: said anew at every start, in milliseconds.

    What is kept of earlier starts is a record, and never the reason to let a case start. Within one
    process the same definition under the same table is proven once.
    """
    return {definition.digest: _verdict(definition, table) for definition in deployed.deployed()}


def _verdict(definition: Definition, table: RiskTable) -> dict[str, Any]:
    about = (definition.digest, table.digest)
    if about not in _verdicts:
        if len(_verdicts) >= definitions.MAX_KNOWN:
            _verdicts.clear()
        said = proving.prove(definition.model.diagrams, table, definition.code)
        _verdicts[about] = said.shown()
    return _verdicts[about]


def take_effect(opened: Opened) -> Opened:
    """The office by the rules that are registered, these kept and journalled; unchanged in an empty one.

    Registers what is installed where it is the first version of a rule (in a demo office: where it differs),
    puts in force what is due, and keeps risk table, parameters, calendars, what posts take, and the verdicts
    over the processes. Raises DefinitionRefused, ParametersRefused, CalendarRefused.
    """
    with opened.sessions.reading() as session:
        office = as_registered(session, opened.office)
        work_by(office)
        if _is_in_effect(session, office):
            return replace(opened, office=office)
    with opened.sessions.command() as session:
        # Several workers start at once: one of them registers, the others then find it registered.
        epoch.hold_alone(session)
        top = session.execute(
            select(Agency.code).where(Agency.parent_code.is_(None)).order_by(Agency.code)
        ).scalars()
        agency = next(iter(top), None)
        if agency is not None:
            rule_registering.keep_up(session, agency, office.installed)
            office = as_registered(session, office)
            work_by(office)
            risk_history.take_effect(session, office.risk, agency)
            rule_tables.take_effect(session, agency)
            qualifications.take_effect(session, agency)
            verdicts.keep(session, office, agency)
    return replace(opened, office=office)


def as_registered(session: Session, office: Office) -> Office:
    """The office by the rules that are in force in this transaction; by the installed ones before any is.

    Raises DefinitionRefused, ParametersRefused, CalendarRefused.
    """
    known = rules_in_force.last_start(session) == office.in_force.last_start
    # What was not on this node may have come to it.
    if known and not office.catalogue.absent:
        return office
    in_force = rules_in_force.read(session)
    texts = rule_registering.in_use(session, office.installed, in_force)
    rules = rule_kinds.read(texts, office.catalogue)
    return replace(
        office,
        catalogue=with_retired(rules.catalogue, in_force),
        risk=rules.risk,
        verdicts=proven(rules.catalogue, rules.risk),
        in_force=in_force,
        rules=rules,
    )


def work_by(office: Office) -> None:
    """Let this process compute and count by an office's rules, whoever says nothing else."""
    if office.rules is not None:
        parameters.use(office.rules.parameters)
        workdays.use_these(office.rules.calendars)


def _is_in_effect(session: Session, office: Office) -> bool:
    return (
        not rule_registering.from_installation(session, office.installed, office.in_force)
        and not rules_in_force.due(session, clock.today(session))
        and risk_history.is_in_effect(session, office.risk)
        and rule_tables.are_in_effect(session)
        and training.is_bound(session)
        and not verdicts.missing(session, office)
    )


def demo_accounts(opened: Opened) -> Sequence[str]:
    """The staff numbers of demo accounts; empty in an agency's own office."""
    with opened.sessions.reading() as session:
        found = select(Account.staff_no).where(Account.demo).order_by(Account.account_id)
        return list(session.execute(found).scalars())
