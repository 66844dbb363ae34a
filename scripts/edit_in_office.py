"""Change cells of a workbook in the office program itself, as a person at its window would.

Run by the Python that the office program's bridge belongs to, never imported:
``python3 edit_in_office.py BOOK ROW COLUMN WORDS [ROW COLUMN WORDS …]``, rows and columns counted from 1.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import uno  # type: ignore[import-not-found]  # it comes with the office program
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]  # likewise
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]  # likewise

_SECONDS = 60


def main(book: Path, cells: list[tuple[int, int, str]]) -> None:
    """Open, type, save."""
    with tempfile.TemporaryDirectory() as profile:
        pipe = Path(profile).name
        office = subprocess.Popen(
            [
                "soffice",
                "--headless",
                "--norestore",
                f"-env:UserInstallation={Path(profile).as_uri()}",
                f"--accept=pipe,name={pipe};urp;",
            ]
        )
        try:
            desktop = _desktop(pipe)
            unseen = _set("Hidden", value=True)
            document = desktop.loadComponentFromURL(book.as_uri(), "_blank", 0, (unseen,))
            sheet = document.Sheets.getByIndex(0)
            for row, column, words in cells:
                sheet.getCellByPosition(column - 1, row - 1).setFormula(words)
            document.storeToURL(book.as_uri(), (_set("FilterName", value="Calc MS Excel 2007 XML"),))
            document.close(True)  # noqa: FBT003 -- the bridge knows no names of arguments
            desktop.terminate()
            office.wait(_SECONDS)
        finally:
            office.kill()


def _desktop(pipe: str) -> Any:
    here = uno.getComponentContext()
    resolver = here.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", here)
    until = time.monotonic() + _SECONDS
    while True:
        try:
            there = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
        except NoConnectException:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
        else:
            return there.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", there)


def _set(name: str, *, value: object) -> PropertyValue:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


if __name__ == "__main__":
    given = sys.argv[2:]
    typed = zip(given[::3], given[1::3], given[2::3], strict=True)
    main(Path(sys.argv[1]).resolve(), [(int(row), int(column), words) for row, column, words in typed])
