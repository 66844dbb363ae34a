"""One pass over a workspace: examine what is new, then hold all records against each other."""

from collections.abc import Mapping
from contextlib import closing
from datetime import date
from pathlib import Path

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
        ids = {file.path: blob for file in found if (blob := files.identity(root, file))}
        return _checked(root, ids, on, None)[0]
    with closing(Cache(root)) as cache:
        ids = cache.identify(root, found)
        key = cache.run_key(ids, on.isoformat())
        kept = cache.run(key)
        if kept is not None:
            return tuple(Problem(*each) for each in kept)
        problems, is_settled = _checked(root, ids, on, cache)
        if is_settled:
            cache.keep_run(key, [list(problem.as_json().values()) for problem in problems])
        return problems


def _checked(
    root: Path, ids: Mapping[str, str], on: date, cache: Cache | None
) -> tuple[tuple[Problem, ...], bool]:
    """Return the problems, and whether every file stood still while it was looked at."""
    # The libraries behind an examination take longer to import than an unchanged workspace takes to check.
    from guanai.check import examine  # noqa: PLC0415

    known = cache.blobs() if cache else {}
    fresh = examine.examine_all(
        root, [(path, blob) for path, blob in ids.items() if f"{path}:{blob}" not in known]
    )
    is_settled = not any(examine.CHANGED in result for result in fresh.values())
    if cache and fresh and is_settled:
        cache.keep_blobs(fresh, (f"{path}:{blob}" for path, blob in ids.items()))
    return examine.hold_together(root, ids, {**known, **fresh}, on), is_settled
