"""PDF by LibreOffice: many files in one process at a time, with a profile of its own and a limit on its time."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from guanai.errors import NotFound

_NAMES: Final = ("soffice", "libreoffice")
#: Where installers put it without telling the search path.
_USUAL: Final = (
    Path("/Applications/LibreOffice.app/Contents/MacOS/soffice"),
    Path("C:/Program Files/LibreOffice/program/soffice.exe"),
)
#: Files of one process: more would keep its memory growing.
_AT_ONCE: Final = 50
_START_SECONDS: Final = 90
_SECONDS_A_FILE: Final = 15


class NoOffice(NotFound):
    """LibreOffice is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "这台电脑上没有 LibreOffice，不能转成 PDF；请安装 LibreOffice，或在 WPS、Word 里打开 .docx 另存为 PDF。"
        )


class OfficeFailed(NotFound):
    """LibreOffice did not make a file."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file.name} 没有转成 PDF：{reason}；请单独再试一次，或在 WPS、Word 里另存为 PDF。")


def office_program() -> str:
    """Return LibreOffice's program.

    Raises:
        NoOffice: there is none.
    """
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    found = found or next((str(path) for path in _USUAL if path.is_file()), None)
    if found is None:
        raise NoOffice
    return found


def converted(files: Sequence[tuple[Path, Path]], kind: str = "pdf") -> Iterator[OfficeFailed | Path]:
    """Convert files and yield for each, in order, where it went or why it did not.

    Args:
        files: each file and where its conversion goes.
        kind: the format, by its suffix.

    Raises:
        NoOffice: LibreOffice is not installed.
    """
    program = office_program()
    with tempfile.TemporaryDirectory(prefix="guanai-office-") as folder:
        for start in range(0, len(files), _AT_ONCE):
            yield from _share(program, Path(folder), files[start : start + _AT_ONCE], kind)


def _share(
    program: str, folder: Path, files: Sequence[tuple[Path, Path]], kind: str
) -> Iterator[OfficeFailed | Path]:
    inside, outside = folder / "in", folder / "out"
    for place in (inside, outside):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir()
    copies = []
    for number, (source, _) in enumerate(files):
        copy = inside / f"{number:05}{source.suffix}"
        copy.write_bytes(source.read_bytes())
        copies.append(copy)
    reason = _run(program, folder, copies, outside, kind)
    for (source, target), copy in zip(files, copies, strict=True):
        made = outside / f"{copy.stem}.{kind}"
        if made.is_file() and made.stat().st_size:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(made, target)
            yield target
        else:
            yield OfficeFailed(source, reason or "LibreOffice 没有写出文件")


def _run(program: str, folder: Path, copies: Sequence[Path], outside: Path, kind: str) -> str:
    """Run the program once; return what went wrong, "" for nothing."""
    command = [
        program, "--headless", "--norestore", "--nolockcheck", "--nodefault", "--nofirststartwizard",
        f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--convert-to", kind, "--outdir", str(outside),
        *map(str, copies),
    ]  # fmt: skip
    is_posix = sys.platform != "win32"
    with subprocess.Popen(  # noqa: S603 -- a program found by name, files of our own
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=is_posix,
        env=_environment(folder),
    ) as process:
        try:
            code = process.wait(_START_SECONDS + _SECONDS_A_FILE * len(copies))
        except subprocess.TimeoutExpired:
            _end(process, is_group=is_posix)
            return "LibreOffice 太久没有做完，已停下"
        except BaseException:
            _end(process, is_group=is_posix)
            raise
    return "" if code == 0 else f"LibreOffice 出错（{code}）"


def _end(process: "subprocess.Popen[bytes]", *, is_group: bool) -> None:
    """End the process and, where the system knows groups, those that it started."""
    with contextlib.suppress(ProcessLookupError):
        if is_group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _environment(folder: Path) -> dict[str, str]:
    """Return an environment in which nothing of the user's is read or written."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "LANG", "SYSTEMROOT", "LD_LIBRARY_PATH")
        if name in os.environ
    }
    return {**kept, "HOME": str(folder), "TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
