"""The invented past: many people, plausible steps, the very same end, and nothing of a child in a message."""

import re
import subprocess
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from guanai.calendar import SHANGHAI
from guanai.demo.past import beginning
from guanai.demo.past_lines import Growth, Moment
from guanai.paths import kind_of
from guanai.schema import load_schemas
from guanai.store.git import Commit, Repository
from guanai.store.note import Action, Reason
from guanai.workspace.founding import found_demo, found_demo_with_past
from guanai.yamlfile import dump, load

SEED, STUDENTS = 3, 70
ON = date(2026, 11, 20)
PSYCHOLOGY = "records/counseling"


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """One school with its past and the same one without."""
    folder = tmp_path_factory.mktemp("past")
    list(found_demo_with_past(folder / "with", students=STUDENTS, seed=SEED, on=ON))
    list(found_demo(folder / "without", students=STUDENTS, seed=SEED, on=ON))
    return folder / "with", folder / "without"


def _git(at: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", at, *arguments], capture_output=True, check=True, text=True)
    return done.stdout.strip()


def _commits(root: Path) -> list[Commit]:
    return [*Repository(root).log(), *Repository(root / PSYCHOLOGY).log()]


@pytest.mark.parametrize("below", ["", PSYCHOLOGY])
def test_the_past_ends_in_the_same_tree(places: tuple[Path, Path], below: str) -> None:
    trees = [_git(place / below, "rev-parse", "HEAD^{tree}") for place in places]
    assert trees[0] == trees[1]
    for place in places:
        assert _git(place / below, "status", "--porcelain") == ""
        assert _git(place / below, "fsck", "--strict") == ""


def test_the_same_wish_brings_the_same_past(places: tuple[Path, Path], tmp_path: Path) -> None:
    list(found_demo_with_past(tmp_path / "again", students=STUDENTS, seed=SEED, on=ON))
    for below in ("", PSYCHOLOGY):
        assert _git(tmp_path / "again" / below, "rev-parse", "HEAD") == _git(
            places[0] / below, "rev-parse", "HEAD"
        )


def test_many_people_wrote_it_day_by_day(places: tuple[Path, Path]) -> None:
    commits = [each for each in _commits(places[0]) if each.staff]
    assert len(commits) > 500
    assert len({each.staff for each in commits}) > 10
    assert len({each.when.date() for each in commits}) > 40
    assert {each.action for each in commits} >= {"新增", "修改", "导入", "考勤"}
    assert {each.reason for each in commits} >= {"录入", "补录", "更正", "导入"}
    first = beginning(SEED, ON)
    assert all(first <= each.when.date() <= ON for each in commits)
    for root in (places[0], places[0] / PSYCHOLOGY):
        told = [each.when for each in Repository(root).log()]
        assert told == sorted(told, reverse=True)


def test_authors_are_the_staff(places: tuple[Path, Path]) -> None:
    data = load((places[0] / "records/staff.yml").read_bytes(), "").data
    names = {person["编号"]: person["姓名"] for person in data["教职工"]}
    authors = {(each.staff, each.author) for each in _commits(places[0]) if each.staff}
    assert len(authors) > 10
    assert authors <= set(names.items())


def test_no_message_holds_a_name_a_category_or_a_level(places: tuple[Path, Path]) -> None:
    root = places[0]
    told = "\n".join(_git(each, "log", "--format=%B") for each in (root, root / PSYCHOLOGY))
    children = [load(path.read_bytes(), "").data for path in (root / "records/students").rglob("*.yml")]
    shape = load_schemas().record("student")
    categories = shape.at(("特殊情形", "x", "情形"))
    levels = shape.at(("预警", "x", "等级"))
    assert categories is not None
    assert levels is not None
    secrets = {child["姓名"] for child in children} | {*categories.values, *levels.values}
    assert len(secrets) > STUDENTS
    assert [word for word in secrets if word in told] == []
    allowed = re.compile(
        r"(新增|修改|撤销|导入|删除|考勤)( [A-Za-z0-9/-]+)+( 等 [0-9]+ 份)?|(动作|理由): \w{2}|操作人: T-\w{4}|(counseling )?demo"
    )
    assert [line for line in told.splitlines() if line and not allowed.fullmatch(line)] == []


def test_every_version_fits_its_schema(places: tuple[Path, Path]) -> None:
    repository, schemas = Repository(places[0]), load_schemas()
    counted: Counter[str] = Counter()
    for commit in repository.log("records"):
        for path, (_, blob) in repository.changed(commit.id).items():
            kind = kind_of(path)
            if blob is None or kind not in ("student", "staff", "meeting", "screening"):
                continue
            loaded = load(repository.read(blob), path)
            assert loaded.problems == ()
            assert schemas.problems(kind, loaded) == []
            counted[kind] += 1
    assert counted["student"] > 300


def test_records_grow_by_their_dated_entries(places: tuple[Path, Path]) -> None:
    repository = Repository(places[0])
    child = max((places[0] / "records/students").rglob("*.yml"), key=lambda path: path.stat().st_size)
    path = child.relative_to(places[0]).as_posix()
    grown = []
    for commit in repository.log(path):
        data = load(repository.read_at(commit.id, path) or b"", path).data
        days = [str(entry["时间"])[:10] for entry in data.get("过程记录", ())]
        assert max(days, default="") <= commit.when.date().isoformat()
        grown.append(len(days))
    assert grown[0] > grown[-1]


def _moment(hour: int) -> Moment:
    return Moment(datetime(2026, 9, 1, hour, tzinfo=SHANGHAI), "T-3XK9", Action.CHANGE, Reason.ENTRY)


T0, T1, T2, T3 = map(_moment, (8, 9, 10, 11))


def test_a_list_comes_with_its_first_entry_and_a_slip_is_mended() -> None:
    data = {"姓名": "某某", "预警": [{"编号": "W-A", "等级": "黄"}, {"编号": "W-B", "等级": "红"}]}
    grown = Growth(dump(data), T0)
    grown.born(("预警", 0), T1, of=2)
    grown.born(("预警", 1), T2, of=2)
    grown.formerly(("预警", 1, "等级"), [("绿", T3)])
    told = [(moment, load(raw, "").data) for moment, raw in grown.versions()]
    assert [moment for moment, _ in told] == [T0, T1, T2, T3]
    assert told[0][1] == {"姓名": "某某"}
    assert [each["等级"] for each in told[1][1]["预警"]] == ["黄"]
    assert [each["等级"] for each in told[2][1]["预警"]] == ["黄", "绿"]
    assert told[3][1] == data


def test_a_misplaced_entry_comes_and_goes() -> None:
    data = {"姓名": "某某", "过程记录": [{"编号": "E-A", "内容": "甲"}]}
    grown = Growth(dump(data), T0)
    grown.passing("过程记录", {"编号": "E-B", "内容": "乙"}, T1, T2)
    told = [load(raw, "").data["过程记录"] for _, raw in grown.versions()]
    assert [[each["编号"] for each in entries] for entries in told] == [["E-A"], ["E-A", "E-B"], ["E-A"]]
