"""The agencies (经办机构), their tree province → city → county, and the sections of their offices."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from sqlalchemy import CheckConstraint, ForeignKey, String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from authz import epoch
from database.columns import Json
from database.declarative import Base, table_of
from database.refusals import InvariantBroken, NotFound


class Agency(Base):
    """One agency. ``sections`` maps a section (科室) to the categories of business it serves.

    A county has none: its tellers serve everything. ``phone`` is what receipts print.
    """

    __tablename__ = "agencies"
    __table_args__ = (
        CheckConstraint("kind IN ('province','city','county')", name="kind"),
        CheckConstraint("(kind = 'province') = (parent_code IS NULL)", name="parent"),
    )

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(10))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"))
    sections: Mapped[dict[str, list[str]]] = mapped_column(Json)
    phone: Mapped[str | None] = mapped_column(String(40))


class AgencyNotFound(NotFound):
    """There is no such agency, or it is not yours to see."""

    rule = "agency.not_found"


@dataclass(frozen=True, slots=True)
class Tree:
    """All agencies at one policy epoch, as decisions ask about them."""

    lineages: Mapping[str, tuple[str, ...]]
    kinds: Mapping[str, str]
    sections: Mapping[str, Mapping[str, Sequence[str]]]
    agencies: Mapping[str, Agency] = field(default_factory=dict)

    def lineage(self, code: str) -> tuple[str, ...]:
        """The agency itself, its parent, and so on to the province; empty for an unknown one."""
        return self.lineages.get(code, ())

    def is_within(self, code: str, ancestor: str) -> bool:
        """Whether an agency is another one, or subordinate to it."""
        return ancestor in self.lineage(code)

    def within(self, ancestor: str) -> list[str]:
        """The agency and all its subordinates."""
        return [code for code, line in self.lineages.items() if ancestor in line]

    def directly_below(self, code: str) -> list[str]:
        """The agencies whose parent it is."""
        return [one for one, line in self.lineages.items() if line[1:2] == (code,)]

    def categories(self, code: str, section: str) -> Sequence[str]:
        """The categories of business that a section of an office serves."""
        return self.sections.get(code, {}).get(section, ())


_TREES_KEPT = 4
_trees: dict[str, Tree] = {}
_lock = Lock()


def tree(session: Session) -> Tree:
    """The tree of agencies at the present policy epoch; kept until the epoch changes."""
    stamp = epoch.current(session).stamp
    kept = _trees.get(stamp)
    if kept is not None:
        return kept
    rows = session.execute(select(table_of(Agency)).order_by(Agency.code)).all()
    parents = {row.code: row.parent_code for row in rows}
    built = Tree(
        lineages={code: _lineage(code, parents) for code in parents},
        kinds={row.code: row.kind for row in rows},
        sections={row.code: row.sections for row in rows},
        # Of no session, so that whoever asks later can read them and nobody can change a row by them.
        agencies={row.code: Agency(**row._mapping) for row in rows},  # noqa: SLF001 - its public name
    )
    if stamp:
        with _lock:
            while len(_trees) >= _TREES_KEPT:
                _trees.pop(next(iter(_trees)))
            _trees[stamp] = built
    return built


def get(session: Session, code: str) -> Agency:
    """One agency. Raises AgencyNotFound."""
    agency = session.get(Agency, code)
    if agency is None:
        raise AgencyNotFound
    return agency


def known(session: Session, code: str) -> Agency:
    """One agency as it is at the present policy epoch, only to be read. Raises AgencyNotFound."""
    agency = tree(session).agencies.get(code)
    if agency is None:
        raise AgencyNotFound
    return agency


def parent(session: Session, code: str) -> Agency | None:
    """The agency above, None for the province. Raises AgencyNotFound."""
    above = get(session, code).parent_code
    return None if above is None else get(session, above)


def lineage(session: Session, code: str) -> tuple[str, ...]:
    """The codes from the agency up to the province."""
    return tree(session).lineage(code)


def codes(session: Session) -> set[str]:
    """The codes of all agencies."""
    return set(tree(session).lineages)


def below(session: Session, code: str) -> list[str]:
    """The codes of an agency and of all its subordinates."""
    return tree(session).within(code)


def categories(session: Session, code: str, section: str | None) -> list[str] | None:
    """The categories that somebody of a section works on; None for a county or a whole office."""
    if section is None or tree(session).kinds.get(code) == "county":
        return None
    return list(tree(session).categories(code, section))


def add(
    session: Session,
    *,
    code: str,
    name: str,
    kind: str,
    parent_code: str | None = None,
    sections: Mapping[str, Sequence[str]] | None = None,
    phone: str | None = None,
) -> Agency:
    """Set up an agency under its parent, which must be there already."""
    agency = Agency(
        code=code,
        name=name,
        kind=kind,
        parent_code=parent_code,
        sections={section: list(served) for section, served in (sections or {}).items()},
        phone=phone,
    )
    epoch.hold_alone(session)
    session.add(agency)
    session.flush()
    epoch.bump(session)
    return agency


def _lineage(code: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    line: list[str] = []
    above: str | None = code
    while above is not None:
        if above in line:
            raise InvariantBroken(f"agency {code} is its own superior")
        line.append(above)
        above = parents[above]
    return tuple(line)
