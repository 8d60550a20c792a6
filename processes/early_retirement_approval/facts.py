"""What the risk rules may see: whether somebody objected while it was public."""

from engine.process import Messages, Names
from register.records import Records

from .form import Form

NAMES = {"objection_raised": Names("公示期内有异议", "somebody objected while it was public")}


def facts(form: Form, records: Records, messages: Messages) -> dict[str, str | int | bool]:
    """Founded or not: a meeting looks at it."""
    del form, records
    return {"objection_raised": "objection" in messages}
