"""Who may erase, and whom: the questions before an erasure that the records themselves answer."""

from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path

from guanai.access import actor_on
from guanai.access.actor import UnknownStaff
from guanai.errors import Forbidden, NotFound
from guanai.store.git import Author, GitFailed, Repository
from guanai.store.rewrite import forget
from guanai.store.snapshot import Snapshot
from guanai.store.sweep import everything
from guanai.workspace.erasing.retention import Retention, retention_list

#: Erasing cannot be undone: the school's head or the deputy in charge answers for it. Ours.
_ENTITLED = ("校长", "分管副校长")
_GRADUATED = "毕业"


class NotEntitled(Forbidden):
    """Somebody else than the head wants to erase."""

    def __init__(self) -> None:
        super().__init__(
            "删除学生不能恢复，只有校长、分管副校长可以做；请由他们操作，或去掉 --as 在管理员的电脑上做。"
        )


class NoGraduates(NotFound):
    """Nobody graduated in a year."""

    def __init__(self, year: int) -> None:
        super().__init__(f"没有 {year} 年毕业的学生（学籍状态为“毕业”、起于 {year} 年）；请核对年份。")


class NotAMirror(NotFound):
    """A folder that is no bare repository."""

    def __init__(self, place: Path) -> None:
        super().__init__(
            f"{place} 不是镜像（裸仓库）；请写镜像所在的文件夹。学校自己的文件夹不用清空，直接删除学生即可。"
        )


def entitled(snapshot: Snapshot, staff: str, on: date) -> Author | None:
    """Return the author of an erasure; None for the shell, which belongs to whoever has the files.

    Raises:
        UnknownStaff: nobody has that id.
        NotEntitled: the person holds no post that may.
    """
    if not staff:
        return None
    person = snapshot.staff.get(staff)
    if person is None:
        raise UnknownStaff(staff)
    if not any(post.role in _ENTITLED for post in actor_on(person, on).posts):
        raise NotEntitled
    return Author(person.name, staff)


def overdue(snapshot: Snapshot, on: date, *, year: int | None = None) -> tuple[Retention, ...]:
    """Return whose file has been kept long enough, the earliest end first.

    Args:
        snapshot: the records.
        on: today.
        year: only those who left in this year.
    """
    found = (each for each in retention_list(snapshot) if each.is_over(on))
    wanted = (
        each for each in found if year is None or (each.left_on is not None and each.left_on.year == year)
    )
    return tuple(sorted(wanted, key=lambda each: (each.ends_on or on, each.child)))


def graduates(snapshot: Snapshot, year: int) -> tuple[str, ...]:
    """Return the ids of those who graduated in a year.

    Raises:
        NoGraduates: there are none.
    """
    found = retention_list(snapshot)
    ids = tuple(
        each.child for each in found if each.how == _GRADUATED and each.left_on and each.left_on.year == year
    )
    if not ids:
        raise NoGraduates(year)
    return ids


def premature(snapshot: Snapshot, children: Iterable[str], on: date) -> Iterator[Retention]:
    """Yield those of some children whose file should still be kept."""
    wanted = frozenset(children)
    yield from (each for each in retention_list(snapshot) if each.child in wanted and not each.is_over(on))


def empty_mirror(place: Path) -> int:
    """Delete everything from a mirror, for ever, so that the next push fills it anew; return what is left.

    Settings and hooks stay.

    Raises:
        NotAMirror: the folder is none.
        GitFailed: git refuses.
    """
    repository = _mirror(place)
    names = repository.run("for-each-ref", "--format=%(refname)").decode().splitlines()
    repository.run("update-ref", "--stdin", stdin="".join(f"delete {name}\n" for name in names).encode())
    forget(repository)
    left = sum(1 for _ in everything(repository))
    repository.close()
    return left


def _mirror(place: Path) -> Repository:
    try:
        repository = Repository(place)
    except (NotFound, GitFailed) as error:
        raise NotAMirror(place) from error
    if not repository.bare:
        raise NotAMirror(place)
    return repository
