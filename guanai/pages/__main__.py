"""Write the generated pages of the public site below a folder: ``python -m guanai.pages site``."""

import sys
from pathlib import Path

from guanai.pages import public_pages


def write_pages(folder: Path) -> list[Path]:
    """Write every page whose text has changed; return those written."""
    written = []
    for name, text in public_pages().items():
        path = folder / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
            written.append(path)
    return written


if __name__ == "__main__":
    for page in write_pages(Path(sys.argv[1])):
        sys.stdout.write(f"{page}\n")
