#!/usr/bin/env bash
# Make the README's picture: pages of real documents of the sample school, side by side.
# Usage: pictures.sh GUANAI FOLDER
set -euo pipefail
guanai=$(realpath "$1")
target=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

"$guanai" init school --sample --on 2026-11-20 >/dev/null
for kind in policy meeting-minutes student-file; do
    "$guanai" -C school generate "$kind" --all -o "$work/papers" --on 2026-11-20 >/dev/null 2>&1
done

first_page() { # KIND PAGE: the longest paper of a kind shows most
    local paper
    paper=$(find "papers/$1" -name '*.docx' -printf '%s %p\n' | sort -rn | sed -n '1s/^[0-9]* //p')
    soffice -env:UserInstallation="file://$work/office" --headless --convert-to pdf --outdir "$1" "$paper" >/dev/null 2>&1
    pdftoppm -r 80 -f "$2" -l "$2" -png -singlefile "$1"/*.pdf "$1-$2"
}
first_page policy 1
first_page meeting-minutes 1
first_page student-file 1

cat >sheet.html <<'HTML'
<body style="margin:0;display:flex;gap:20px;padding:20px;background:#e9eeed">
<style>img{width:400px;height:566px;box-shadow:0 1px 6px #0005}</style>
<img src="policy-1.png"><img src="meeting-minutes-1.png"><img src="student-file-1.png">
HTML
chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$work/browser" \
    --window-size=1280,606 --screenshot="$target/papers.png" "file://$work/sheet.html" >/dev/null 2>&1
echo "$target/papers.png：$(stat -c %s "$target/papers.png") 字节"
