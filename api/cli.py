"""The command line: ``tongban serve|migrate|verify|…``. Exit 0: done; 1: findings; 2: refused, and why."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

import api.loading
from api import failures, settings
from api.auditing import evidence, inspections
from api.command_line import (
    calculating,
    copying_scans,
    deadlines,
    first_password,
    founding,
    keeping,
    key_rotation,
    key_separation,
    offices,
    proving,
    sealing,
)
from api.composition import StartRefused
from api.demonstration import demo_office
from api.running import serving, working
from api.setting_refused import SettingRefused
from api.shipped import NotShipped
from database.keys import KeyFileRefused
from database.refusals import Refusal
from database.schema import SchemaRefused
from database.sm2 import Sm2Unavailable
from engine.defining.definitions import DefinitionRefused
from engine.defining.diagrams import DiagramRefused
from engine.queueing.queue_file import QueuesRefused
from engine.timing.workdays import CalendarRefused
from oversight.seal_file import WitnessRefused
from register.parameter_files import ParametersRefused

api.loading.loaded()

REFUSED = 2
# What people can act on: said in one line, without a traceback.
_SAID = (
    SettingRefused,
    StartRefused,
    KeyFileRefused,
    ParametersRefused,
    CalendarRefused,
    QueuesRefused,
    DefinitionRefused,
    DiagramRefused,
    NotShipped,
    SchemaRefused,
    WitnessRefused,
    Sm2Unavailable,
    Refusal,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; the exit code."""
    parsed = _parser().parse_args(arguments)
    try:
        chosen = settings.read(os.environ)
        return int(parsed.run(parsed, chosen))
    except _SAID as refused:
        return _refuse(str(refused))
    except (SQLAlchemyError, OSError) as failed:
        explained = failures.explained(failed)
        if isinstance(failed, BrokenPipeError):
            # Whoever read our output has had enough of it.
            sys.stdout = None
            return 0
        if explained is None and isinstance(failed, OSError):
            return _refuse(
                f"{failed.filename}: {failed.strerror}: check TONGBAN_DATA_DIR, TONGBAN_KEY_FILE "
                "and TONGBAN_DATABASE_URL"
            )
        if explained is None:
            raise
        return _refuse(f"{explained.detail} ({str(failed).partition(chr(10))[0]})")


def _refuse(said: str) -> int:
    sys.stderr.write(f"tongban: {said}\n")
    return REFUSED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tongban",
        description="Comprehensive-teller workflow engine (综合柜员制). Settings: TONGBAN_ variables.",
    )
    commands = parser.add_subparsers(required=True, metavar="command")
    _add_running(commands)
    _add_proving(commands)
    _add_keeping(commands)
    calculating.add(commands)
    return parser


def _add_running(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    serve = commands.add_parser("serve", help="serve the desk and the API")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=_port, default=8000)
    serve.add_argument("--workers", type=_count, default=1, metavar="N")
    serve.set_defaults(run=serving.serve)

    worker = commands.add_parser("worker", help="run the jobs, and serve nothing")
    worker.set_defaults(run=working.worker)

    migrate = commands.add_parser("migrate", help="bring the database to the newest schema")
    migrate.set_defaults(run=offices.migrate)

    demo = commands.add_parser("demo", help="load the demo office into an empty database")
    demo.add_argument("--cases", type=_whole, default=0, metavar="N", help="and accept N cases")
    demo.add_argument("--seed", type=int, default=1, metavar="S", help="the same choices again")
    demo.set_defaults(run=demo_office.run)

    found = commands.add_parser("found", help="set up an office's first agencies and people")
    found.add_argument("file", type=Path, metavar="FILE", help="agencies and staff, as YAML")
    found.set_defaults(run=founding.run)

    first = commands.add_parser("first-password", help="give an unused first password anew")
    first.add_argument("staff_no", metavar="STAFF_NO")
    first.set_defaults(run=first_password.run)

    new_process = commands.add_parser("new-process", help="write the skeleton of a process")
    new_process.add_argument("name", metavar="NAME")
    new_process.set_defaults(run=offices.new_process)


def _add_proving(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    prove = commands.add_parser(
        "prove", help="prove that no path of a process posts without its sign-offs"
    )
    prove.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    prove.add_argument("--level", type=int, choices=(1, 2, 3))
    prove.add_argument("--json", action="store_true")
    prove.set_defaults(run=proving.prove)

    verify = commands.add_parser("verify", help="recompute one case, or everything")
    verify.add_argument("--case", metavar="NO")
    verify.add_argument("--json", action="store_true", help="findings as JSON lines")
    verify.add_argument(
        "--against", metavar="FILE", help="and hold the journal against a witness: a kept seal file"
    )
    verify.add_argument(
        "--since-seal",
        type=_count_of_seals,
        metavar="N",
        help="only cases and streams with entries after seal N: an edited row of any other isn't seen, "
        "so run the whole now and then too",
    )
    verify.add_argument(
        "--workers",
        type=_count,
        default=1,
        metavar="N",
        help="go through the cases in so many processes; of no use with --case and --since-seal",
    )
    verify.set_defaults(run=offices.verify)

    moved = commands.add_parser("deadlines", help="list the cases that a changed calendar moves")
    moved.add_argument("--json", action="store_true", help="as JSON lines")
    moved.set_defaults(run=deadlines.run)

    _add_handing_out(commands)


def _add_handing_out(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """What leaves the database: seals, samples drawn again, evidence."""
    seal = commands.add_parser("seal", help="seal the journal now, and write the seals to a file")
    seal.add_argument("-o", "--output", metavar="FILE", help="also to this file, kept elsewhere")
    seal.set_defaults(run=sealing.seal)

    sample = commands.add_parser("sample", help="draw a sample again from its seal and seed")
    sample.add_argument("--seal", type=_count_of_seals, required=True, metavar="N")
    sample.add_argument("--seed", required=True)
    sample.add_argument("--size", type=_count, required=True, metavar="N", help="cases a stratum")
    sample.add_argument("--agency", required=True, metavar="CODE", help="it and those below it")
    sample.add_argument("--from", dest="first", metavar="DAY", help="accepted from this day on")
    sample.add_argument("--to", dest="last", metavar="DAY", help="and until this one")
    sample.set_defaults(run=inspections.redraw)

    given = commands.add_parser("evidence", help="write a case's evidence file")
    given.add_argument("case_no", metavar="CASE_NO")
    given.add_argument("-o", "--output", metavar="FILE", required=True)
    given.add_argument("--personal", action="store_true", help="with personal fields and opinions")
    given.add_argument("--materials", action="store_true", help="with the scans themselves")
    given.set_defaults(run=evidence.write)

    check = commands.add_parser("check-evidence", help="check an evidence file, without a database")
    check.add_argument("file", metavar="FILE")
    check.add_argument("--witness", metavar="FILE", help="a seal file that somebody else kept")
    check.add_argument(
        "--allow-unsealed",
        action="store_true",
        help="the case may have gone on after the last seal",
    )
    check.set_defaults(run=evidence.check)


def _add_keeping(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    backup = commands.add_parser("backup", help="write a backup, and prove that it restores")
    backup.add_argument("file", metavar="FILE")
    backup.set_defaults(run=keeping.backup)

    restore = commands.add_parser("restore", help="restore a backup into an empty database")
    restore.add_argument("file", metavar="FILE")
    restore.add_argument(
        "--accept-lost", action="store_true", help="also where the backup says that scans were lost"
    )
    restore.set_defaults(run=keeping.restore)

    copy_scans = commands.add_parser(
        "copy-scans", help="copy the scans of materials to the bucket of TONGBAN_SCANS, or back"
    )
    copy_scans.add_argument("direction", choices=copying_scans.DIRECTIONS)
    copy_scans.set_defaults(run=copying_scans.run)

    copy_to = commands.add_parser("copy-to", help="copy the office into an empty database")
    copy_to.add_argument("url", metavar="URL")
    copy_to.add_argument("--migration-url", metavar="URL", help="the new database as its owner")
    copy_to.set_defaults(run=keeping.copy_to)

    named = commands.add_parser("keys", help="the keys that personal data is sealed under")
    acts = named.add_subparsers(required=True, metavar="act")
    acts.add_parser(
        "rotate", help="seal everything under a new version, while the office works"
    ).set_defaults(run=key_rotation.rotate)
    acts.add_parser(
        "separate", help="seal what is about persons who are to be erased under their own keys"
    ).set_defaults(run=key_separation.run)
    acts.add_parser("status", help="say which versions there are").set_defaults(
        run=key_rotation.status
    )
    wrap = acts.add_parser("wrap", help="wrap the key file as TONGBAN_KEY_WRAPPING says")
    wrap.add_argument("--from", dest="before", default="none", metavar="WRAPPING")
    wrap.set_defaults(run=key_rotation.wrap)


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 <= int(text) <= 65535:  # noqa: PLR2004
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


def _whole(text: str) -> int:
    if not text.isdecimal() or int(text) > 10**7:
        raise argparse.ArgumentTypeError("a whole number up to 10000000")
    return int(text)


def _count_of_seals(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) < 10**15:
        raise argparse.ArgumentTypeError("the number of a seal")
    return int(text)


def _count(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 64:  # noqa: PLR2004
        raise argparse.ArgumentTypeError("a number from 1 to 64")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
