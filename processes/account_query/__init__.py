"""Shows what stands on a person's account （个人账户查询）: a document, no posting."""

from engine.process import Declaration, Names

PROCESS = Declaration(
    names=Names("个人账户查询", "Enquiry into the personal account"),
    category="account",
    applicant=("person",),
)
