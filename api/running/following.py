"""Keeps a running node at the rules in force: at its next request, or turn of a job, it works by them.

Nobody starts an office anew for a rule. The state of the rules is read where the policy epoch has changed, in
the transaction that works by it; on a new day, and after an approval, what is due is put in force before.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from threading import Lock

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from api import composition
from api.composition import Opened
from authz import epoch
from database.clock import office_date
from engine.office import Office
from engine.rules import rules_in_force
from engine.timing import workdays
from register import parameters

_log = logging.getLogger("tongban.rules")


class Following:
    """The office of this node, as of the newest rules that it has seen."""

    def __init__(self, opened: Opened) -> None:
        self.office = opened.office
        self._opened = opened
        self._tell: Callable[[Office], None] = lambda _office: None
        self._lock = Lock()
        self._day = office_date(opened.sessions.clock.now())
        self._due = False
        self._stamp: str | None = None

    def tell(self, whom: Callable[[Office], None]) -> None:
        """Let somebody know the office now, and whenever it is another."""
        self._tell = whom
        whom(self.office)

    def keep_up(self) -> None:
        """Put in force what is due, if there may be something: called before a transaction is opened."""
        today = office_date(self._opened.sessions.clock.now())
        if self._due or today != self._day or self.office.catalogue.absent:
            self._put_in_force()
            self._day, self._due = today, False

    def follow(self) -> None:
        """As ``keep_up``, after somebody's approval: a failure here is no failure of what he did."""
        try:
            self._put_in_force()
        except SQLAlchemyError as failed:
            self._due = True
            _log.warning("a rule waits to be put in force", exc_info=failed)

    def now(self) -> Office:
        """The office for a piece of work outside of requests."""
        self.keep_up()
        with self._opened.sessions.reading() as session:
            return self._of(session)

    @contextmanager
    def within(self, session: Session) -> Iterator[Office]:
        """The office as this transaction sees its rules, and everything in it computed by them."""
        office = self._of(session)
        if office.rules is None:
            yield office
            return
        with parameters.under(office.rules.parameters), workdays.under(office.rules.calendars):
            yield office

    def _of(self, session: Session) -> Office:
        stamp = epoch.current(session).stamp
        if stamp == self._stamp:
            return self.office
        office = composition.as_registered(session, self.office)
        today = office_date(self._opened.sessions.clock.now())
        self._due = self._due or bool(rules_in_force.due(session, today))
        # A transaction that began before another one's may still see what was before.
        if office.in_force.last_start >= self.office.in_force.last_start:
            self._take(office)
            self._stamp = stamp
        return office

    def _put_in_force(self) -> None:
        with self._lock:
            self._take(composition.take_effect(replace(self._opened, office=self.office)).office)

    def _take(self, office: Office) -> None:
        if office is not self.office:
            composition.work_by(office)
            self.office = office
            self._tell(office)
