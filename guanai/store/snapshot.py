"""The records at one moment: found by kind and id, read and held against their schema."""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from guanai.errors import Invalid, NotFound, Problem, cause
from guanai.ids import STUDENT_ID
from guanai.model.access import Access
from guanai.model.school import School
from guanai.model.staff import Staff, StaffMember
from guanai.paths import kind_of, name_of
from guanai.schema import Schemas
from guanai.store.sources import Source, WorkTree
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


class Snapshot:
    """The records of one workspace at one moment; what was read once is kept."""

    def __init__(self, source: Source | Path, schemas: Schemas, *, before: "Snapshot | None" = None) -> None:
        """Look at records.

        Args:
            source: where they are read from; the root of a workspace is its work tree.
            schemas: those of the installed program.
            before: an earlier look; what it had read and has not changed since is taken over.
        """
        self._source = WorkTree(source) if isinstance(source, Path) else source
        self._schemas = schemas
        self._read: dict[str, Mapping[str, Any]] = before.unchanged(self._source) if before else {}
        if before is not None:
            self._take_over(before)

    def unchanged(self, source: Source) -> dict[str, Mapping[str, Any]]:
        """Return what was read here and has the same content in another source, by path."""
        ours, theirs = self._source.versions(), source.versions()
        return {
            path: data
            for path, data in list(self._read.items())
            if ours.get(path) is not None and ours.get(path) == theirs.get(path)
        }

    def _take_over(self, before: "Snapshot") -> None:
        """Keep what was made of records that are still the same."""
        for kind in ("school", "staff", "access"):
            if kind in vars(before) and f"records/{kind}.yml" in self._read:
                vars(self)[kind] = vars(before)[kind]
        is_known = "_paths" in vars(before)
        if is_known and before._source.versions().keys() == self._source.versions().keys():  # noqa: SLF001 - of its kind
            vars(self)["_paths"] = vars(before)["_paths"]

    @cached_property
    def _paths(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {}
        for path in sorted(self._source.versions(), key=_folders):
            kind = kind_of(path)
            if kind is not None:
                found.setdefault(kind, {})[name_of(path)] = path
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
            return self._paths[kind][name_of(record_id)]
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
            if name_of(record_id) in paths:
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
            raw = self._source.read(path)
        except OSError as error:
            raise UnreadableRecord(path, error) from error
        if raw is None:
            raise RecordNotFound(self._schemas.title(kind), path)
        loaded = load(raw, path)
        problems = list(loaded.problems) or self._schemas.problems(kind, loaded)
        if problems:
            raise FaultyRecord(problems[0], len(problems))
        if not isinstance(loaded.data, dict):
            raise FaultyRecord(Problem(path, 1, "", "yaml.record", "不是一组“栏目: 内容”。"), 1)
        return loaded.data


def _folders(path: str) -> list[str]:
    # The order in which a walk through folders meets the files.
    return path.split("/")
