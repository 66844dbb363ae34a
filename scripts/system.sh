#!/usr/bin/env bash
# Install what the tests drive beside Python: an office program, fonts, a browser, Node. What is there is left alone.
set -euo pipefail
cd "$(dirname "$0")/.."

missing=()
need_command() { # COMMAND PACKAGE
    command -v "$1" >/dev/null || missing+=("$2")
}
need_part_of_office() { # FILE PACKAGE
    local office
    office=$(readlink -f "$(command -v soffice || true)") && [ -e "$(dirname "$office")/$1" ] || missing+=("$2")
}
need_font() { # FAMILY[:style=…] PACKAGE
    [ -n "$(fc-list "$1" 2>/dev/null)" ] || missing+=("$2")
}

need_command soffice libreoffice-writer
need_part_of_office libsclo.so libreoffice-calc
need_part_of_office libpyuno.so python3-uno
need_command pdftoppm poppler-utils
need_command fc-list fontconfig
need_command chromium chromium
need_command node nodejs
need_command npm npm
need_font "Noto Serif CJK SC" fonts-noto-cjk
need_font "Noto Serif CJK SC:style=Black" fonts-noto-cjk-extra
need_font "LXGW WenKai" fonts-lxgw-wenkai
# As wide as Times New Roman; what stands in for it otherwise is wider, and an id no longer fits a narrow cell.
need_font "Liberation Serif" fonts-liberation

if [ ${#missing[@]} -gt 0 ]; then
    scripts/apt.sh "${missing[@]}"
fi
