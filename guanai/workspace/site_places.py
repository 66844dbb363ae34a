"""Where built sites lie, which build of each is served, and what a reader may be handed of it.

``.guanai/sites/<audience>/<hash>/`` is a build, complete before it gets its name; ``current`` beside it says which
one is served. A reader opens single files and is never waited for.
"""

import json
import os
import re
import shutil
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

#: The audience id of the guide, which everybody is served.
GUIDE: Final = "guide"
#: First part of the address of what all sites share.
ASSETS: Final = "assets"
#: What a browser may do with a page of a site; the pages were made and checked for it.
POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
#: What a build remembers of its pages; a name with a dot is never served.
PAGES: Final = ".pages.json"
_SITES: Final = ".guanai/sites"
_CURRENT: Final = "current"
_AUDIENCE: Final = re.compile(r"[0-9a-f]{20}|guide")
_PART: Final = re.compile(r"[\w][\w.~ -]*")
#: A file that a reader has open cannot be replaced on Windows for a moment.
_TRIES: Final = 50
_PAUSE_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True)
class Pointer:
    """Which build of a site is served.

    Attributes:
        build: name of its folder.
        before: name of the one before, kept for readers in the middle of a page; "" for none.
        withdrawn: files whose records have changed since: the gateway makes these pages itself.
    """

    build: str
    before: str = ""
    withdrawn: frozenset[str] = frozenset()


def sites_dir(root: Path) -> Path:
    """Return the folder of all sites of a workspace; only its owner may look into it."""
    folder = root / _SITES
    if not folder.is_dir():
        folder.parent.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def pointer(root: Path, audience_id: str) -> Pointer | None:
    """Return which build of an audience is served, None where there is none."""
    if not _AUDIENCE.fullmatch(audience_id):
        return None
    try:
        told = json.loads((root / _SITES / audience_id / _CURRENT).read_text(encoding="utf-8"))
        return Pointer(str(told["build"]), str(told["before"]), frozenset(map(str, told["withdrawn"])))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def point(root: Path, audience_id: str, to: Pointer) -> None:
    """Serve another build from now on; whoever reads meanwhile gets the one or the other, never a mixture."""
    place = root / _SITES / audience_id / _CURRENT
    half = place.with_name(f".{_CURRENT}.{os.getpid()}")
    told = {"build": to.build, "before": to.before, "withdrawn": sorted(to.withdrawn)}
    with half.open("w", encoding="utf-8") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    replace(half, place)


def replace(half: Path, place: Path) -> None:
    """Put a file in another's place, waiting a little for a reader who has it open on Windows."""
    for _ in range(_TRIES):
        try:
            half.replace(place)
        except PermissionError:
            time.sleep(_PAUSE_SECONDS)
        else:
            return
    half.replace(place)


def serve_path(root: Path, audience_id: str, url_path: str) -> Path | None:
    """Return the file behind an address of a site; None for anything that is not to be served.

    Args:
        root: the workspace.
        audience_id: one of those the visitor is served; to ask for no other is the gateway's part.
        url_path: what follows the site's own address, decoded, such as ``students/S2024-7K3QD/``.
    """
    now = pointer(root, audience_id)
    inner = _inner(url_path)
    if now is None or inner is None or inner in now.withdrawn:
        return None
    return _file(root / _SITES / audience_id / now.build, inner)


def asset_path(root: Path, url_path: str) -> Path | None:
    """Return a file that all sites share: script, style or picture of the theme; what follows ``assets/``."""
    inner = _inner(url_path)
    return _file(root / _SITES / ASSETS, inner) if inner else None


def withdraw(root: Path, audience_ids: Iterable[str], record_ids: Collection[str] | None) -> int:
    """Stop serving the pages that tell of some records until their sites are built again; return how many.

    Call it before the answer to a save goes out: nothing from before is served after.

    Args:
        root: the workspace.
        audience_ids: the sites that may have such pages.
        record_ids: of what changed; None for every page.
    """
    changed = None if record_ids is None else frozenset(record_ids)
    count = 0
    for audience_id in audience_ids:
        now = pointer(root, audience_id)
        if now is None:
            continue
        notes = notes_of(root / _SITES / audience_id / now.build)
        gone = {
            name for name, note in notes.items() if changed is None or not changed.isdisjoint(note["records"])
        }
        if gone - now.withdrawn:
            point(root, audience_id, Pointer(now.build, now.before, now.withdrawn | gone))
        count += len(gone)
    return count


def forget(root: Path, keep: Collection[str]) -> tuple[str, ...]:
    """Delete the sites of audiences that are no more, and return their ids.

    Args:
        root: the workspace.
        keep: ids of those that are.
    """
    folder = root / _SITES
    found = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    gone = tuple(each for each in found if _AUDIENCE.fullmatch(each) and each not in {*keep, GUIDE})
    for each in gone:
        (folder / each / _CURRENT).unlink(missing_ok=True)
        shutil.rmtree(folder / each, ignore_errors=True)
    return gone


def sweep(root: Path, audience_id: str) -> None:
    """Delete builds that are served no more, but for the one before."""
    now = pointer(root, audience_id)
    kept = {now.build, now.before} if now else set()
    for each in (root / _SITES / audience_id).iterdir():
        if each.is_dir() and each.name not in kept:
            shutil.rmtree(each, ignore_errors=True)


def records_of(root: Path, audience_id: str, url_path: str) -> frozenset[str]:
    """Return the ids of the records that a served page tells of, for the log of reads."""
    now, inner = pointer(root, audience_id), _inner(url_path)
    notes: Mapping[str, dict[str, list[str]]] = (
        notes_of(root / _SITES / audience_id / now.build) if now else {}
    )
    return frozenset(notes.get(inner or "", {}).get("records", ()))


def notes_of(build: Path) -> Mapping[str, Any]:
    """Return what a build remembers of its pages, by file; nothing where it cannot be read."""
    try:
        found: Mapping[str, Any] = json.loads((build / PAGES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found


def _inner(url_path: str) -> str | None:
    """Return the file of an address, None for an address that no page has."""
    parts = url_path.split("/")
    if parts[-1] == "":
        parts[-1] = "index.html"
    # No empty part, no dot in front, no backslash, colon or control sign: nothing that a system reads otherwise.
    return "/".join(parts) if all(_PART.fullmatch(part) for part in parts) else None


def _file(folder: Path, inner: str) -> Path | None:
    found = folder / inner
    try:
        is_there = found.is_file() and found.resolve().is_relative_to(folder.resolve())
    except OSError:
        return None
    return found if is_there else None
