"""The past of a record: field by field, in order, and only as far as the asker may see."""

import shutil
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from guanai.access import FULL
from guanai.resources import schemas_dir
from guanai.schema import Field, Schemas, load_schemas
from guanai.store.history import Asker, History, Step
from guanai.store.note import Action, Note, Reason
from guanai.store.places import OwnStore
from guanai.store.sentences import Names, sentence
from guanai.store.undo import inverse
from guanai.yamlfile import Add, Change, Delete, Set, applied, edit, load

CHILD = "records/students/2024/S2024-UNNX4.yml"
TEACHER = Asker(frozenset({"教学"}), "T-NEWS")
FULL_EDITION = Asker()
CARER = Asker(frozenset({"教学", "关爱"}), "T-NEWS")


class Past:
    """Writes a past and reads it."""

    def __init__(self, store: OwnStore, when: datetime) -> None:
        self.store, self.when = store, when
        self.schemas: Schemas = load_schemas()
        self.shape: Field = self.schemas.record("student")
        self.history = History(store.pair, self.schemas)

    def data(self) -> Any:
        return load((self.store.root / CHILD).read_bytes(), CHILD).data

    def save(self, *changes: Change, reason: Reason = Reason.CORRECTION) -> str:
        text = (self.store.root / CHILD).read_text(encoding="utf-8")
        return self.put(edit(text, changes, self.shape).encode(), reason)

    def put(self, raw: bytes | None, reason: Reason = Reason.CORRECTION) -> str:
        self.when += timedelta(days=1)
        note = Note(Action.CHANGE, ("S2024-UNNX4",), "T-VZ5U", "温晓棠", reason, self.when)
        return self.store.put({CHILD: raw}, note, parent=self.store.head())

    def steps(self, asker: Asker = FULL_EDITION, **options: Any) -> list[Step]:
        return list(self.history.steps(CHILD, asker, **options))

    def told(self, asker: Asker = FULL_EDITION, **options: Any) -> list[list[str]]:
        return [
            [sentence(each, Names(), on=step.commit.when.date()) for each in step.differences]
            for step in self.steps(asker, **options)
            if not step.is_new
        ]


@pytest.fixture
def past(own: OwnStore, when: datetime) -> Past:
    made = Past(own, when)
    made.save(Set(("特长",), "下棋"), Set(("家庭", "住址"), "旧址"))
    return made


def _entry(number: str, label: str | None = None, text: str = "谈了一次。") -> dict[str, Any]:
    made = {"编号": f"E20261121-{number}", "类型": "谈话", "时间": "2026-11-21T10:00+08:00", "记录人": "T-VZ5U", "内容": text}  # fmt: skip
    return {**made, "密级": label} if label else made


def test_a_change_is_told_with_who_when_and_why(past: Past) -> None:
    commit = past.save(Set(("家庭", "住址"), "新址"))
    (step, *_) = past.steps()
    assert (step.commit.id, step.commit.staff, step.commit.author) == (commit, "T-VZ5U", "温晓棠")
    assert (step.commit.reason, step.commit.when) == ("更正", past.when)
    assert past.told()[0] == ["把 家庭住址 由 旧址 改为 新址"]


def test_the_newest_change_comes_first_and_the_first_begins_the_record(past: Past) -> None:
    past.save(Set(("特长",), "象棋"))
    past.save(Set(("特长",), "围棋"))
    steps = past.steps()
    assert [step.commit.when for step in steps] == sorted((s.commit.when for s in steps), reverse=True)
    assert [step.is_new for step in steps] == [False] * (len(steps) - 1) + [True]
    assert past.told(limit=1) == [["把 特长 由 象棋 改为 围棋"]]


def test_a_new_level_is_told_against_the_one_in_force_with_its_reason(past: Past) -> None:
    for level, day in (("黄", "2026-11-21"), ("红", "2026-11-23")):
        entry = {"编号": f"W{day.replace('-', '')}-AAAA", "等级": level, "日期": day, "理由": "连续两周缺课。", "决定人": "T-VZ5U"}  # fmt: skip
        past.save(Add(("预警",), entry))
    newest = past.told(field=("预警", "等级"))[0]
    assert newest == ["把 预警等级 由 黄 改为 红，理由：连续两周缺课"]


def test_a_field_has_its_own_past(past: Past) -> None:
    past.save(Set(("家庭", "住址"), "新址"))
    past.save(Set(("特长",), "象棋"))
    past.save(Add(("过程记录",), _entry("AAAA")))
    assert past.told(field=("家庭", "住址"), limit=1) == [["把 家庭住址 由 旧址 改为 新址"]]
    assert [len(each) for each in past.told(field=("过程记录", "内容"))][:1] == [1]
    assert past.told(field=("过程记录", "E20261121-AAAA"))[0][0].startswith("记下 11月21日的谈话")
    last = past.history.last(CHILD, Asker(), ("特长",))
    assert last is not None
    assert last.commit.when == past.when - timedelta(days=1)


def test_a_commit_of_hidden_fields_alone_is_left_out(past: Past) -> None:
    before = len(past.steps(TEACHER))
    past.save(Set(("家庭", "住址"), "新址"))
    past.save(Add(("过程记录",), _entry("AAAA", "限制")))
    past.save(Set(("过程记录", "E20261121-AAAA", "内容"), "改过。"))
    past.save(Delete(("过程记录", "E20261121-AAAA")))
    assert len(past.steps(TEACHER)) == before
    assert len(past.steps()) == before + 4


def test_hidden_parts_of_a_commit_leave_no_trace_beside_the_others(past: Past) -> None:
    past.save(
        Set(("家庭", "住址"), "新址"), Set(("特长",), "象棋"), Add(("过程记录",), _entry("AAAA", "关爱"))
    )
    assert past.told(TEACHER)[0] == ["把 特长 由 下棋 改为 象棋"]


def test_what_became_more_confidential_does_not_come_back_from_the_past(past: Past) -> None:
    past.save(Add(("过程记录",), _entry("AAAA", text="从前人人可见。")))
    past.save(Set(("过程记录", "E20261121-AAAA", "内容"), "从前人人可见，改了一次。"))
    assert "从前人人可见" in str(past.told(CARER))
    moment = past.when
    past.save(Set(("过程记录", "E20261121-AAAA", "密级"), "限制"))
    assert "从前人人可见" not in str(past.told(CARER))
    assert all("E20261121-AAAA" not in each.path for step in past.steps(CARER) for each in step.differences)
    found = past.history.as_of(CHILD, CARER, moment)
    assert found is not None
    assert "从前人人可见" not in str(found[1])
    past.save(Delete(("过程记录", "E20261121-AAAA")))
    assert "从前人人可见" not in str(past.told(CARER))
    assert "从前人人可见" in str(past.told())


def test_one_s_own_entries_are_told_whatever_their_label(past: Past) -> None:
    past.save(Add(("过程记录",), {**_entry("AAAA", "限制"), "记录人": TEACHER.staff}))
    assert past.told(TEACHER)[0] == ["记下 11月21日的谈话：谈了一次。"]


def test_a_record_is_shown_as_it_was_on_a_day(past: Past) -> None:
    then = past.when
    past.save(Set(("特长",), "象棋"))
    commit, shown = past.history.as_of(CHILD, Asker(), then) or (None, {})
    assert shown["特长"] == "下棋"
    assert commit is not None
    assert commit.when == then
    assert past.history.as_of(CHILD, Asker(), then - timedelta(days=999)) is None


def test_of_a_day_the_last_change_told_is_one_that_may_be_seen(past: Past) -> None:
    seen = past.save(Set(("特长",), "象棋"))
    hidden = past.save(Set(("家庭", "住址"), "新址"))
    for asker, commit in ((TEACHER, seen), (FULL_EDITION, hidden)):
        found = past.history.as_of(CHILD, asker, past.when)
        assert found is not None
        assert found[0].id == commit
        assert found[1]["特长"] == "象棋"


def test_a_key_that_was_renamed_is_no_change(past: Past, tmp_path: Path) -> None:
    folder = tmp_path / "schemas"
    shutil.copytree(schemas_dir(), folder)
    text = (folder / "student.schema.json").read_text(encoding="utf-8")
    renamed = text.replace('"x-name": "talents",', '"x-name": "talents", "x-was": ["爱好"],')
    assert renamed != text
    (folder / "student.schema.json").write_text(renamed, encoding="utf-8")
    now = (past.store.root / CHILD).read_bytes()
    before = len(past.steps())
    past.put(now.replace("特长: 下棋".encode(), "爱好: 象棋".encode()))
    past.put(now.replace("特长: 下棋".encode(), "特长: 象棋".encode()))
    history = History(past.store.pair, Schemas(folder))
    steps = list(history.steps(CHILD, FULL_EDITION))
    assert len(steps) == before + 1
    assert [each.path for each in steps[0].differences] == [("特长",)]
    found = history.as_of(CHILD, FULL_EDITION, past.when - timedelta(days=1))
    assert found is not None
    assert found[1]["特长"] == "象棋"


def test_a_merge_that_takes_over_both_sides_tells_nothing_twice(past: Past, git: Callable[..., str]) -> None:
    root = past.store.root
    git(root, "switch", "-q", "-c", "side")
    _commit(root, git, Set(("特长",), "象棋"), past)
    git(root, "switch", "-q", "main")
    _commit(root, git, Set(("课堂安全提示",), "坐前排"), past)
    git(root, "merge", "-q", "--no-edit", "side")
    told = [each for step in past.told() for each in step]
    assert told.count("把 特长 由 下棋 改为 象棋") == 1
    assert sum("坐前排" in each for each in told) == 1


def _commit(root: Path, git: Callable[..., str], change: Change, past: Past) -> None:
    file = root / CHILD
    file.write_text(edit(file.read_text(encoding="utf-8"), [change], past.shape), encoding="utf-8")
    git(root, "commit", "-q", "-a", "-m", "by hand")


def test_a_revision_that_is_no_record_is_told_to_the_full_edition_alone(past: Past) -> None:
    good = (past.store.root / CHILD).read_bytes()
    past.put("\t：不是记录".encode())
    past.put(good.replace("下棋".encode(), "象棋".encode()))
    assert [step.is_unreadable for step in past.steps()][:2] == [False, True]
    assert past.told()[0] == ["把 特长 由 下棋 改为 象棋"]
    assert not any(step.is_unreadable for step in past.steps(TEACHER))
    assert past.told(TEACHER)[0] == ["把 特长 由 下棋 改为 象棋"]


def test_a_removed_file_and_its_return_are_told(past: Past) -> None:
    good = (past.store.root / CHILD).read_bytes()
    past.put(None)
    past.put(good)
    assert [(step.is_new, step.is_gone) for step in past.steps()][:2] == [(True, False), (False, True)]


def test_what_undoes_a_step_leads_back_to_the_record_before_it(past: Past) -> None:
    before = past.data()
    past.save(
        Set(("特长",), "象棋"), Set(("家庭", "电话"), "13900000000"), Delete(("家庭", "住址")),
        Add(("过程记录",), _entry("AAAA")), Delete(("成绩", before["成绩"][0]["编号"])),
    )  # fmt: skip
    after = past.data()
    (step,) = past.steps(limit=1)
    back = applied(after, inverse(before, after, step.differences))
    for scores in (back["成绩"], before["成绩"]):
        scores.sort(key=lambda item: item["编号"])  # what is put back stands last
    assert back == before


def test_undoing_leaves_alone_what_one_does_not_see(past: Past) -> None:
    before = past.data()
    past.save(Set(("特长",), "象棋"), Set(("家庭", "住址"), "新址"))
    after = past.data()
    (step,) = past.steps(TEACHER, limit=1)
    assert inverse(before, after, step.differences) == (Set(("特长",), "下棋"),)


def test_less_labels_never_tell_more(past: Past) -> None:
    past.save(Set(("家庭", "住址"), "新址"), Add(("过程记录",), _entry("AAAA", "关爱")))
    past.save(Set(("健康状况",), "一般或较弱"))
    for narrow, wide in ((TEACHER, CARER), (CARER, Asker(FULL, "T-NEWS"))):
        few = {(step.commit.id, each.path) for step in past.steps(narrow) for each in step.differences}
        many = {(step.commit.id, each.path) for step in past.steps(wide) for each in step.differences}
        assert few < many
