#!/bin/sh
# Installs Debian packages as root or with passwordless sudo; else says in one line what to run, and fails.
# usage: scripts/install-debian.sh PACKAGE…
set -eu

wanted="apt-get install -y --no-install-recommends $*"

if ! command -v apt-get >/dev/null 2>&1; then
    echo "this needs the Debian packages: $* (or what your system calls them)" >&2
    exit 1
fi
if [ "$(id -u)" -eq 0 ]; then
    privileged="env"
elif command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null; then
    privileged="sudo -n env"
else
    echo "run this once as root, then again what you ran: apt-get update && $wanted" >&2
    exit 1
fi
echo "installing $*"
$privileged apt-get update -qq
$privileged DEBIAN_FRONTEND=noninteractive $wanted -qq </dev/null >/dev/null
