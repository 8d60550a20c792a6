"""The families of posts (岗位类别) that no natural person holds two of at once.

Source: 岗位权限管理办法 (人社厅发〔2021〕64号), 岗位制衡: 业务运行, 基金财务管理, 数据管理, 稽核内控. The
three administrators (三员: 系统, 安全, 审计) of GB/T 22239 are apart too, each from the other two and from
these: the one of the system is the family of data.
"""

from collections.abc import Collection, Mapping

from database.refusals import Forbidden

BUSINESS, FINANCE, DATA, CONTROL = "business", "finance", "data", "control"
SECURITY, RECORDS = "security", "records"
FAMILIES: Mapping[str, str] = {
    "guide": BUSINESS,
    "teller": BUSINESS,
    "handler": BUSINESS,
    "reviewer": BUSINESS,
    "deputy_director": BUSINESS,
    "director": BUSINESS,
    "city_approver": BUSINESS,
    "city_head": BUSINESS,
    "supervisor": BUSINESS,
    "archivist": BUSINESS,
    "finance": FINANCE,
    "administrator": DATA,
    "security_administrator": SECURITY,
    "audit_administrator": RECORDS,
    "auditor": CONTROL,
    "internal_control": CONTROL,
}


class PostsIncompatible(Forbidden):
    """One person never holds posts of two families: business, finance, control and each administrator."""

    rule = "posts.incompatible"


def require_one(held: Collection[str], wanted: str) -> None:
    """Raise PostsIncompatible where a person of these posts may not have the wanted one as well."""
    blocking = sorted(post for post in held if FAMILIES[post] != FAMILIES[wanted])
    if blocking:
        raise PostsIncompatible(
            facts={"post": wanted, "family": FAMILIES[wanted], "held": blocking}
        )
