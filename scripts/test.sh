#!/bin/sh
# Runs every check and test, on SQLite and on PostgreSQL, to the end, and then says what failed.
set -eu

failed=""
step() {
    name=$1
    shift
    echo "== $name"
    "$@" || failed="$failed  $name: $*
"
}

bin=.venv/bin
# What can't be had doesn't stop the rest: the tests that need it fail, and it is named at the end.
missing=""
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || missing="postgresql"
command -v curl >/dev/null || missing="$missing curl"
command -v chromium >/dev/null || missing="$missing chromium"
# The screenshots are of a Chinese desk.
fc-list 2>/dev/null | grep -q "Noto Sans CJK" || missing="$missing fontconfig fonts-noto-cjk"
if [ -n "$missing" ]; then
    # shellcheck disable=SC2086 # a list of packages
    step "what the tests need" sh scripts/install-debian.sh $missing
fi
step format "$bin/ruff" format --check .
step lint "$bin/ruff" check .
step imports "$bin/lint-imports"
step "tests and types" sh scripts/beside-types.sh "$bin/pytest" -n auto --maxschedchunk 1 --durations=10 tests

if [ -n "$failed" ]; then
    printf 'failed:\n%s' "$failed" >&2
    exit 1
fi
echo "everything passed"
