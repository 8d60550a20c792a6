"""Pays the grants after a death and ends what the dead person held （丧葬补助金和抚恤金）."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("丧葬补助金和抚恤金", "Funeral and survivors' grants"),
    category="benefit",
    national_item_code="002014006008",
)
