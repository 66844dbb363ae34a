#!/usr/bin/env bash
# Install Debian packages as root or through sudo; say what is missing where that cannot be done.
# Usage: apt.sh PACKAGE…
set -euo pipefail

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    as_root=(sudo -n)
fi
if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
    echo "还缺这些系统软件包，请先请管理员安装：$*" >&2
    echo "System packages are missing and cannot be installed from here: $*" >&2
    exit 1
fi
echo "安装系统软件包：$*"
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >/dev/null
