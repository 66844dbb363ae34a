#!/usr/bin/env bash
# Serve a built site on the first free port of this machine, to this machine alone.
# Usage: serve.sh SITE DEMO; with RUN_ONCE set it only says where things are.
set -euo pipefail
site=$1
demo=$2

echo
echo "演示学校：$demo（其中的人和事都是虚构的）"
echo "全部文书：$demo/documents"
echo "公开网站：$site"
if [ -n "${RUN_ONCE:-}" ]; then
    exit 0
fi

is_taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
port=8000
while is_taken "$port"; do
    port=$((port + 1))
done
echo "请在浏览器中打开：http://127.0.0.1:$port/    （按 Ctrl+C 结束）"
exec .venv/bin/python -m http.server "$port" --bind 127.0.0.1 --directory "$site" >/dev/null 2>&1
