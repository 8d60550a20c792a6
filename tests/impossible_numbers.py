"""Numbers that can't be a living person's id number, and the rule that says so."""

IMPOSSIBLE = [
    ("123", "id_no.malformed"),
    ("61009919910520511Y", "id_no.malformed"),
    ("610099199105205110", "id_no.check_digit"),
    ("440524188001010014", "id_no.birth"),
]
