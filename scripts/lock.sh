#!/usr/bin/env bash
# Resolve pyproject.toml into a lock with a hash for every file and no address of any index.
# Usage: lock.sh PYTHON
set -euo pipefail
cd "$(dirname "$0")/.."

uv=$(command -v uv || true)
if [ -z "$uv" ]; then
    [ -x build/uv/bin/uv ] || { "$1" -m venv build/uv && build/uv/bin/pip install --quiet uv; }
    uv=build/uv/bin/uv
fi
"$uv" pip compile pyproject.toml --all-extras --generate-hashes --no-emit-index-url --universal \
    --python-version 3.11 --quiet -o requirements.lock
