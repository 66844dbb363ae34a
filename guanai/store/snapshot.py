"""The records as they stand in a work tree: found by kind and id, read and held against their schema."""

import os
from collections.abc import Iterator, Mapping
from functools import cached_property
from operator import attrgetter
from pathlib import Path
from typing import Any

from guanai.errors import Invalid, NotFound, Problem, cause
from guanai.ids import STUDENT_ID
from guanai.model.access import Access
from guanai.model.school import School
from guanai.model.staff import Staff, StaffMember
from guanai.paths import kind_of, stem_id
from guanai.schema import Schemas
from guanai.yamlfile import load


class RecordNotFound(NotFound):
    """No record has that id."""

    def __init__(self, title: str, record_id: str) -> None:
        super().__init__(
            f"没有编号为 {record_id} 的{title}；请核对编号，或用 guanai check 看看记录是否齐全。"
        )


class FaultyRecord(Invalid):
    """A record cannot be used before its problems are mended."""

    def __init__(self, problem: Problem, count: int) -> None:
        more = f"（共 {count} 处）" if count > 1 else ""
        super().__init__(
            f"{problem.path}:{problem.line}：{problem.message}{more} 改好后再试，全部问题见 guanai check。"
        )


class UnreadableRecord(Invalid):
    """The system does not hand out a record's file."""

    def __init__(self, path: str, error: OSError) -> None:
        super().__init__(f"{path} 读不出来（{cause(error)}）；请核对它是不是普通文件，有没有读取权限。")


def record_files(root: Path) -> Iterator[tuple[str, str]]:
    """Yield kind and path (from the root, with ``/``) of the files that lie where a record belongs, in order.

    Links are not followed; a folder that does not open has no records.
    """
    yield from _below(str(root / "records"), "records/")


def _below(folder: str, path: str) -> Iterator[tuple[str, str]]:
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=attrgetter("name"))
    except OSError:
        return
    for entry in entries:
        below = path + entry.name
        if entry.is_dir(follow_symlinks=False):
            yield from _below(entry.path, f"{below}/")
        elif (kind := kind_of(below)) and entry.is_file(follow_symlinks=False):
            yield kind, below


class Snapshot:
    """The records of one workspace at one moment; what was read once is kept."""

    def __init__(self, root: Path, schemas: Schemas) -> None:
        """``root``: the workspace; ``schemas``: those of the installed program."""
        self._root = root
        self._schemas = schemas
        self._read: dict[str, Mapping[str, Any]] = {}

    @cached_property
    def _paths(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for kind, path in record_files(self._root):
            found.setdefault(kind, {})[stem_id(path) or path] = path
        return found

    def ids(self, kind: str) -> tuple[str, ...]:
        """Return the ids of a kind's records in order of their paths."""
        return tuple(self._paths.get(kind, {}))

    def path(self, kind: str, record_id: str) -> str:
        """Return where a record lies.

        Raises:
            RecordNotFound: no file is named after that id.
        """
        try:
            return self._paths[kind][record_id]
        except KeyError:
            raise RecordNotFound(self._schemas.title(kind), record_id) from None

    def mapping(self, kind: str, record_id: str) -> Mapping[str, Any]:
        """Return a whole record.

        Raises:
            RecordNotFound: there is none.
            FaultyRecord: it cannot be read or does not fit its schema.
        """
        return self._at(kind, self.path(kind, record_id))

    def find(self, record_id: str) -> str:
        """Return the kind of the record that has an id.

        Raises:
            RecordNotFound: there is none.
        """
        for kind, paths in self._paths.items():
            if record_id in paths:
                return kind
        raise RecordNotFound("学生档案" if STUDENT_ID.fullmatch(record_id) else "记录", record_id)

    @cached_property
    def school(self) -> School:
        """The school's record."""
        return School.from_mapping(self._single("school"))

    @cached_property
    def staff(self) -> dict[str, StaffMember]:
        """The staff by id, in the file's order."""
        return {person.id: person for person in Staff.from_mapping(self._single("staff")).people}

    @cached_property
    def access(self) -> Access:
        """What each role may see and do."""
        return Access.from_mapping(self._single("access"))

    def _single(self, kind: str) -> Mapping[str, Any]:
        return self._at(kind, f"records/{kind}.yml")

    def _at(self, kind: str, path: str) -> Mapping[str, Any]:
        if path not in self._read:
            self._read[path] = self._checked(kind, path)
        return self._read[path]

    def _checked(self, kind: str, path: str) -> Mapping[str, Any]:
        try:
            raw = (self._root / path).read_bytes()
        except FileNotFoundError:
            raise RecordNotFound(self._schemas.title(kind), path) from None
        except OSError as error:
            raise UnreadableRecord(path, error) from error
        loaded = load(raw, path)
        problems = list(loaded.problems) or self._schemas.problems(kind, loaded)
        if problems:
            raise FaultyRecord(problems[0], len(problems))
        if not isinstance(loaded.data, dict):
            raise FaultyRecord(Problem(path, 1, "", "yaml.record", "不是一组“栏目: 内容”。"), 1)
        return loaded.data
