"""What many cases share and one verification reads once: staff, agencies, keys, releases, rules of then.

It holds for one snapshot of the database, and is thrown away with it: nothing of it outlives a verification.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from authz.keys import signing_keys
from authz.keys.signing_keys import PublicKey
from authz.offices.accounts import Account, AccountNotFound
from authz.offices.agencies import Agency, AgencyNotFound
from engine.paying import payment_guard
from engine.paying.payment_record import PayableRelease
from engine.record import Case
from engine.rules import risk_history, rule_tables
from engine.rules.risk_file import RiskTable
from engine.timing import calendar_versions
from engine.timing.clock_order_record import ClockOrder
from engine.timing.workdays import Year
from oversight import erased, registered_definitions
from oversight.registered_definitions import Versions
from register.parameter_files import Parameter


@dataclass
class Known:
    """What was read once in this session; each part when it is asked for first."""

    session: Session
    _keys: dict[str, PublicKey | None] = field(default_factory=dict)
    _risk: dict[str, RiskTable] = field(default_factory=dict)
    _releases: dict[int, tuple[PayableRelease, list[str]] | None] = field(default_factory=dict)

    @cached_property
    def accounts(self) -> Mapping[int | None, Any]:
        """Staff number and natural person of every account, by its id."""
        asked = select(Account.account_id, Account.staff_no, Account.person_id)
        return {row.account_id: row for row in self.session.execute(asked)}

    @cached_property
    def persons(self) -> Mapping[str | None, int]:
        """The natural person of every staff number."""
        return {row.staff_no: row.person_id for row in self.accounts.values()}

    @cached_property
    def erased(self) -> Mapping[str, str]:
        """As ``erased.of_persons``."""
        return erased.of_persons(self.session)

    def erased_key(self, case: Case) -> str | None:
        """The key whose secret went with the person a case is about; None where he wasn't erased."""
        return self.erased.get(case.subject_id) if case.subject_kind == "person" else None

    @cached_property
    def _kinds(self) -> Mapping[str, str]:
        asked = select(Agency.code, Agency.kind)
        return {row.code: row.kind for row in self.session.execute(asked)}

    @cached_property
    def _parameters(self) -> list[Any]:
        return rule_tables.parameters_known(self.session)

    @cached_property
    def calendars(self) -> list[Mapping[int, Year]]:
        """Every version of the calendars that the office counted with, what is in use first."""
        return list(calendar_versions.kept(self.session))

    @cached_property
    def definitions(self) -> Versions:
        """The processes that were in force, through time."""
        return registered_definitions.load(self.session)

    @cached_property
    def _installed(self) -> str:
        return rule_tables.installed_digest()

    def staff_no(self, account_id: int) -> str:
        """The staff number of an account. Raises AccountNotFound."""
        if account_id not in self.accounts:
            raise AccountNotFound
        return str(self.accounts[account_id].staff_no)

    def kind(self, agency_code: str) -> str:
        """The kind of an agency. Raises AgencyNotFound."""
        if agency_code not in self._kinds:
            raise AgencyNotFound
        return self._kinds[agency_code]

    def keys(self, key_ids: Collection[str]) -> dict[str, PublicKey]:
        """As ``signing_keys.public_keys``."""
        unknown = set(key_ids) - set(self._keys)
        if unknown:
            found = signing_keys.public_keys(self.session, unknown)
            self._keys |= {key_id: found.get(key_id) for key_id in unknown}
        return {key_id: key for key_id in key_ids if (key := self._keys[key_id]) is not None}

    def risk_table(self, current: RiskTable, digest: str) -> RiskTable:
        """As ``risk_history.at``."""
        if digest not in self._risk:
            self._risk[digest] = risk_history.at(self.session, current, digest)
        return self._risk[digest]

    def parameters(self, moment: datetime) -> Iterator[Mapping[str, Parameter]]:
        """As ``rule_tables.parameters_at``."""
        return rule_tables.parameters_among(self.session, self._parameters, self._installed, moment)

    @cached_property
    def first_clock_order(self) -> datetime | None:
        """When the first order to a clock was signed; None where none was yet."""
        return self.session.execute(select(func.min(ClockOrder.signed_at))).scalar_one()

    def release(self, release_id: int) -> tuple[PayableRelease, list[str]] | None:
        """A release and what is wrong with it (``payment_guard.faults``); None where there is none."""
        if release_id not in self._releases:
            row = self.session.get(PayableRelease, release_id)
            self._releases[release_id] = (
                None if row is None else (row, payment_guard.faults(self.session, row))
            )
        return self._releases[release_id]
