"""When key data can't be changed: each gate names the fields that are in the way.

Source: 社会保险经办条例 articles 9 and 10 (a change is proven by its document).
"""

from collections.abc import Iterable, Mapping

from engine.process import refuse

from .form import BANK, REGISTRATION, TITLES, Form


def check_different(after: Mapping[str, str], before: Mapping[str, str | None]) -> None:
    """Raise where the register says already what a field would become."""
    same = [name for name in after if after[name] == before[name]]
    if same:
        raise refuse(
            "employer_key.unchanged",
            f"新旧内容相同：{_titles(same)}",
            f"The register says the same already of: {', '.join(same)}. Leave out what doesn't change.",
        )


def check_proven(form: Form) -> None:
    """Raise where a field changes and nothing proves it: the registry's data and the bank's apart."""
    given = form.changed()
    shown = ((REGISTRATION, form.registration_evidence), (BANK, form.bank_evidence))
    bare = [name for names, by in shown if by is None for name in names if name in given]
    if bare:
        raise refuse(
            "employer_key.evidence",
            f"变更没有相应依据：{_titles(bare)}",
            f"Nothing is named that proves the change of: {', '.join(bare)}. Name the document.",
        )


def _titles(names: Iterable[str]) -> str:
    return "、".join(TITLES[name] for name in names)
