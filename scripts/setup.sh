#!/usr/bin/env bash
# Make a virtual environment from the hashed lock and install this checkout in it.
# Usage: setup.sh PYTHON VENV
set -euo pipefail
python=$1
venv=$2
cd "$(dirname "$0")/.."

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "需要 Python 3.11 或更新的版本；可用 make PYTHON=/路径/python3.11 指定。 Python 3.11 or newer is needed." >&2
    exit 1
fi
# Debian ships the venv module in a package of its own.
if ! "$python" -c 'import ensurepip' 2>/dev/null; then
    scripts/apt.sh python3-venv
fi

echo "准备 $venv（第一次需要几分钟）……"
[ -x "$venv/bin/python" ] || "$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
