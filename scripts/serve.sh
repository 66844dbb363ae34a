#!/usr/bin/env bash
# Make a log-in for each role of the demo school and serve it to this machine alone, on the first free port.
# Usage: serve.sh SITE DEMO TODAY; with RUN_ONCE set it only says where things are.
set -euo pipefail
site=$1
demo=$2
today=$3

echo
echo "演示学校：$demo（其中的人和事都是虚构的）"
echo "全部文书：$demo/documents"
echo "公开网站：$site（直接打开里面的 index.html）"
echo
.venv/bin/guanai -C "$demo" user demo --on "$today"
if [ -n "${RUN_ONCE:-}" ]; then
    exit 0
fi

is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
port=8000
while is_taken "$port"; do
    port=$((port + 1))
done
exec .venv/bin/guanai -C "$demo" serve --port "$port" --on "$today"
