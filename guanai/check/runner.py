"""One pass over a workspace: examine what is new, then hold all records against each other."""

import json
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import Any

from guanai.check import files
from guanai.check.cache import Cache
from guanai.errors import Problem

_IGNORED = (".docx", ".md")


def check(root: Path, *, on: date, use_cache: bool = True) -> tuple[Problem, ...]:
    """Return everything that is wrong in a workspace, by path and line.

    Args:
        root: the workspace.
        on: today, for posts and days still to come.
        use_cache: reuse earlier results from ``.guanai/cache``.
    """
    found = [file for file in files.find(root) if not file.path.endswith(_IGNORED)]
    if not use_cache:
        ids = {file.path: files.blob_id((root / file.path).read_bytes()) for file in found}
        return _checked(root, ids, on, None)
    with closing(Cache(root)) as cache:
        ids = cache.identify(root, found)
        key = cache.run_key(ids, on.isoformat())
        kept = cache.run(key)
        if kept is not None:
            return tuple(Problem(*each) for each in kept)
        problems = _checked(root, ids, on, cache)
        cache.keep_run(key, [list(problem.as_json().values()) for problem in problems])
        return problems


def _checked(root: Path, ids: Mapping[str, str], on: date, cache: Cache | None) -> tuple[Problem, ...]:
    # The libraries behind an examination take longer to import than an unchanged workspace takes to check.
    from guanai.check import examine  # noqa: PLC0415

    known = cache.blobs() if cache else {}
    fresh = examine.examine_all(
        root, [(path, blob) for path, blob in ids.items() if f"{path}:{blob}" not in known]
    )
    if cache and fresh:
        cache.keep_blobs(fresh, (f"{path}:{blob}" for path, blob in ids.items()))
    return examine.hold_together(root, ids, {**known, **fresh}, on)


def as_json(problems: Iterable[Problem]) -> str:
    """Return the machine face of a check."""
    body: dict[str, Any] = {"problems": [problem.as_json() for problem in problems]}
    return json.dumps(body, ensure_ascii=False, indent=1)
