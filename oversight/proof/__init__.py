"""The proof of a process definition: no path posts without its mandated sign-offs (design §2).

``game`` plays the tokens, ``rules`` say what no state may be, ``proving`` searches them all, ``words`` tells
a counter-example to people. Nothing here needs a database, SpiffWorkflow or the process's code.
"""
