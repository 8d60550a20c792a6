"""The supervisors' board (看板): an agency's day and its last thirty."""
