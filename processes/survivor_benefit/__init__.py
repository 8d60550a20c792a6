"""Pays the grants after a death and ends what the dead person held （丧葬补助金和抚恤金）.

The bundle of a death: grants, account and the end of relations and pension are one case.
"""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("丧葬补助金和抚恤金", "Funeral and survivors' grants"),
    category="benefit",
    national_item_code="002014006008",
    bundle=("account_lump_sum",),
)
