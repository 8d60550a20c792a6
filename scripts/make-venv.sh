#!/bin/sh
# Makes the virtual environment; Debian keeps what that needs in a package of its own.
# usage: scripts/make-venv.sh PYTHON FOLDER
set -eu

python=$1
folder=$2

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "Python 3.11 or newer is needed, $python is $("$python" --version): make PYTHON=/path/to/python3.11 …" >&2
    exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
    sh scripts/install-debian.sh python3-venv
fi
"$python" -m venv --clear "$folder"
