#!/bin/sh
# Runs a command, and the type checker beside it: alone it would keep one processor busy and let the others wait.
# The checker says what it found as soon as it has looked through everything. Fails where either of them does.
set -eu

.venv/bin/mypy . &
checker=$!
trap 'kill "$checker" 2>/dev/null || :' EXIT
code=0
"$@" || code=$?
wait "$checker" || code=$?
exit "$code"
