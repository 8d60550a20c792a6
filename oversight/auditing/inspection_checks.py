"""Checks that kept samples hold the cases that come out when they are drawn again from the journal."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from oversight.auditing import samples
from oversight.auditing.inspection_record import Sample, SampleItem
from oversight.auditing.samples import SampleRequest
from oversight.findings import Finding, Findings, differs


def check(session: Session) -> Findings:
    """What of the samples' cases isn't as it comes out again, and what stands beside them."""
    for sample in session.execute(select(Sample).order_by(Sample.sample_id)).scalars().all():
        yield from _sample(session, sample)


def _sample(session: Session, sample: Sample) -> Findings:
    # Kept values are no request: they were one when it was drawn, and may have been altered since.
    asked = SampleRequest.model_construct(
        seal_no=sample.seal_no,
        seed=sample.seed,
        per_stratum=sample.per_stratum,
        first_on=sample.first_on,
        last_on=sample.last_on,
    )
    found = samples.redraw(session, asked, sample.of_agency)
    row = f"samples#{sample.sample_id}"
    yield from differs("", row, "root", "sample.redrawn", (sample.root, found.seal.root))
    yield from differs("", row, "eligible", "sample.redrawn", (sample.eligible, found.eligible))
    drawn = {one["place"]: one for one in samples.items(sample.sample_id, found.drawn)}
    kept = select(SampleItem).where(SampleItem.sample_id == sample.sample_id)
    for item in session.execute(kept.order_by(SampleItem.place)).scalars():
        named = f"sample_items#{sample.sample_id}-{item.place}"
        expected = drawn.pop(item.place, None)
        if expected is None:
            yield Finding("", named, "place", "sample.redrawn", item.place, None)
            continue
        for column, value in expected.items():
            pair = (getattr(item, column), value)
            yield from differs("", named, column, "sample.redrawn", pair)
    for place in drawn:
        named = f"sample_items#{sample.sample_id}-{place}"
        yield Finding("", named, "place", "sample.redrawn", None, place)
