"""The records of a commit, or of what is about to become one, held against each other without a work tree."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from guanai.check.cache import Cache
from guanai.check.examine import finder_of, hold, results_of
from guanai.check.facts import Facts
from guanai.check.names import NameFinder
from guanai.errors import Problem
from guanai.paths import kind_of


@dataclass(frozen=True, slots=True)
class Moment:
    """All records at one moment.

    Attributes:
        ids: blob id of each record's path.
        read: gives the bytes of a path at that moment, none where there is no file.
    """

    ids: Mapping[str, str]
    read: Callable[[str], bytes]

    def changed_from(self, before: "Moment") -> frozenset[str]:
        """Return the paths that are new or hold something else than before."""
        return frozenset(path for path, blob in self.ids.items() if before.ids.get(path) != blob)


class Examiner:
    """What is found in single files, remembered by blob id in the workspace's cache."""

    def __init__(self, cache: Cache | None) -> None:
        """``cache``: None to remember nothing beyond this object."""
        self._cache = cache
        self._known: dict[str, Any] = cache.blobs() if cache else {}

    def results(self, moment: Moment) -> dict[str, Any]:
        """Return what each file of a moment says of itself, by ``path:blob``."""
        keys = {f"{path}:{blob}": (path, blob) for path, blob in moment.ids.items()}
        fresh = results_of(moment.read, (pair for key, pair in keys.items() if key not in self._known))
        self._known.update(fresh)
        return {key: self._known[key] for key in keys}

    def keep(self, moment: Moment) -> None:
        """Write down what is known of the files of a moment that has come to stay."""
        if self._cache is not None:
            results = self.results(moment)
            self._cache.keep_blobs(results, results)

    def names(self, moment: Moment) -> NameFinder:
        """Return what finds the names of all children of a moment in a text."""
        children = {
            key: each for key, each in self.results(moment).items() if key.startswith("records/students/")
        }
        return finder_of(Facts.from_json(each["facts"]) for each in children.values() if each["facts"])

    def new_problems(self, before: Moment, after: Moment, on: date) -> tuple[Problem, ...]:
        """Return what a step from one moment to the next makes or leaves wrong.

        A file that is touched must be right altogether; in the others only what was right before counts.
        """
        touched = after.changed_from(before)
        found = self._held(after, on, touched)
        if {problem.path for problem in found} <= touched:
            return found
        old = {_key(problem) for problem in self._held(before, on, ())}
        return tuple(problem for problem in found if problem.path in touched or _key(problem) not in old)

    def _held(self, moment: Moment, on: date, named_in: Collection[str]) -> tuple[Problem, ...]:
        return hold(moment.read, moment.ids, self.results(moment), on, named_in=named_in)


def _key(problem: Problem) -> tuple[str, str, str, str]:
    # Lines of an untouched file stay; of a deleted one there is none.
    return problem.path, problem.pointer, problem.rule, problem.message


def records_of(blobs: Mapping[str, str]) -> dict[str, str]:
    """Return those of a commit's files that are records."""
    return {path: blob for path, blob in blobs.items() if kind_of(path)}
