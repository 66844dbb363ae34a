"""Merging by meaning: what stays, what is asked, and what a person reads."""

from typing import Any

import pytest

from guanai.model.base import ABSENT
from guanai.schema import Field, load_schemas
from guanai.store.clash_words import place, question
from guanai.store.merge import Clash, Merged, difference, merge, merge_changes
from guanai.store.merging.pending import answered
from guanai.yamlfile import Add, Change, Delete, NoSuchPlace, Set, applied, dump, edit, fmt, load

_VISIT = {"编号": "E20261102-7K3Q", "类型": "家访", "时间": "2026-11-02T16:40+08:00", "方式": ["家访"]}
_RECORD: dict[str, Any] = {
    "编号": "S2024-7K3QD",
    "姓名": "鲁一鸣",
    "性别": "男",
    "家庭": {"住址": "二组", "监护人": [{"编号": "G-7Q2M", "姓名": "鲁长山", "关系": "祖父"}]},
    "预警": [{"编号": "W20261023-M4TR", "等级": "黄", "日期": "2026-10-23", "触发": ["迟到"]}],
    "过程记录": [_VISIT],
}
_WARNING = ("预警", "W20261023-M4TR")
_ENTRY = ("过程记录", "E20261102-7K3Q")


@pytest.fixture(scope="module")
def student() -> Field:
    return load_schemas().record("student")


@pytest.fixture(scope="module")
def base(student: Field) -> str:
    return dump(_RECORD, student, head="# yaml-language-server: $schema=x")


def _data(text: str) -> Any:
    loaded = load(text.encode(), "f.yml")
    assert loaded.problems == ()
    return loaded.data


def _both(base: str, mine: list[Change], theirs: list[Change], shape: Field) -> Merged:
    """Merge both ways; the two must agree."""
    one, other = edit(base, mine, shape), edit(base, theirs, shape)
    merged, turned = merge(base, one, other, shape), merge(base, other, one, shape)
    saved = merge_changes(_data(base), mine, other, shape)
    if not merged.clashes:
        assert merged.text == turned.text == fmt(merged.text, shape)
        assert merged.renumbered or _data(saved.text) == _data(merged.text)
    assert [clash.path for clash in merged.clashes] == [clash.path for clash in saved.clashes]
    return merged


def _entry(name: str, day: str, **more: Any) -> dict[str, Any]:
    return {"编号": name, "类型": "家访", "时间": f"{day}T10:00+08:00", **more}


def test_two_appended_entries_both_stay_by_day(base: str, student: Field) -> None:
    late, early = _entry("E20261120-AAAA", "2026-11-20"), _entry("E20261119-ZZZZ", "2026-11-19")
    merged = _both(base, [Add(("过程记录",), late)], [Add(("过程记录",), early)], student)
    assert merged.clashes == ()
    assert _data(merged.text)["过程记录"] == [_VISIT, early, late]


def test_different_fields_of_one_entry_both_stay(base: str, student: Field) -> None:
    merged = _both(
        base, [Set((*_WARNING, "等级"), "红")], [Set((*_WARNING, "理由"), "连续三天没来")], student
    )
    assert _data(merged.text)["预警"][0] == {**_RECORD["预警"][0], "等级": "红", "理由": "连续三天没来"}


def test_one_scalar_changed_twice_is_asked(base: str, student: Field) -> None:
    merged = _both(base, [Set((*_WARNING, "等级"), "红")], [Set((*_WARNING, "等级"), "绿")], student)
    assert merged.clashes == (Clash((*_WARNING, "等级"), "黄", "红", "绿"),)
    assert _data(merged.text)["预警"][0]["等级"] == "绿"


def test_the_same_change_on_both_sides_is_no_question(base: str, student: Field) -> None:
    merged = _both(
        base,
        [Set(("姓名",), "鲁明"), Set(("备注",), "甲")],
        [Set(("姓名",), "鲁明"), Set((*_ENTRY, "内容"), "乙")],
        student,
    )
    assert merged.clashes == ()


@pytest.mark.parametrize("turned", [False, True])
def test_an_entry_edited_here_and_removed_there_is_asked(base: str, student: Field, turned: bool) -> None:  # noqa: FBT001  # a table
    sides: list[list[Change]] = [[Set((*_WARNING, "等级"), "红")], [Delete(_WARNING)]]
    mine, theirs = reversed(sides) if turned else sides
    merged = _both(base, mine, theirs, student)
    [clash] = merged.clashes
    assert clash.path == _WARNING
    assert (clash.mine if turned else clash.theirs) is ABSENT
    assert _data(merged.text)["预警"][0]["等级"] == "红"  # nothing is lost while the question is open


def test_a_removed_entry_and_an_appended_one_are_no_question(base: str, student: Field) -> None:
    added = {"编号": "W20261120-AAAA", "等级": "绿", "日期": "2026-11-20"}
    merged = _both(base, [Delete(_WARNING)], [Add(("预警",), added)], student)
    assert merged.clashes == ()
    assert _data(merged.text)["预警"] == [added]


def test_a_field_that_both_removed_is_gone(base: str, student: Field) -> None:
    merged = _both(
        base, [Delete(("性别",)), Set(("备注",), "甲")], [Delete(("性别",)), Set(("特长",), "木工")], student
    )
    assert merged.clashes == ()
    assert "性别" not in _data(merged.text)


def test_words_of_a_closed_list_are_put_in_and_taken_out_on_their_own(base: str, student: Field) -> None:
    path = (*_ENTRY, "方式")
    merged = _both(base, [Add(path, "电话")], [Add(path, "线上")], student)
    assert sorted(_data(merged.text)["过程记录"][0]["方式"]) == sorted(["家访", "电话", "线上"])
    assert merged.clashes == ()


def test_a_word_replaced_by_two_different_ones_is_asked(base: str, student: Field) -> None:
    path = (*_ENTRY, "方式")
    merged = _both(base, [Set(path, ["电话"])], [Set(path, ["线上"])], student)
    assert merged.clashes == (Clash(path, ["家访"], ["电话"], ["线上"]),)


def test_an_open_text_rewritten_here_and_removed_there_is_asked(base: str, student: Field) -> None:
    path = (*_WARNING, "触发")
    merged = _both(base, [Set(path, ["迟到三次", "早退"])], [Set(path, ["旷课", "早退"])], student)
    assert [clash.path for clash in merged.clashes] == [path]


def test_checks_of_a_class_are_told_by_day_and_moment() -> None:
    shape = load_schemas().record("attendance")
    first = {"日期": "2026-11-02", "节点": "晨读", "应到": 10, "实到": 10}
    base = dump({"班级": "J2024-01", "核查": [first]}, shape)
    checks = [{**first, "节点": part} for part in ("课间操", "放学前")]
    merged = _both(base, [Add(("核查",), checks[1])], [Add(("核查",), checks[0])], shape)
    assert _data(merged.text)["核查"] == [first, *checks]
    twice = _both(base, [Add(("核查",), checks[0])], [Add(("核查",), {**checks[0], "实到": 9})], shape)
    assert twice.clashes == (Clash(("核查", 1, "实到"), ABSENT, 10, 9, ("2026-11-02，课间操",)),)


def test_two_entries_under_one_id_both_stay_and_mentions_follow(base: str, student: Field) -> None:
    one = _entry("E20261120-AAAA", "2026-11-20", 内容="甲")
    other = _entry("E20261120-AAAA", "2026-11-20", 内容="乙")
    mention = "见 E20261120-AAAA。"
    mine = edit(base, [Add(("过程记录",), one), Set((*_WARNING, "理由"), mention)], student)
    theirs = edit(base, [Add(("过程记录",), other)], student)
    merged, turned = merge(base, mine, theirs, student), merge(base, theirs, mine, student)
    assert merged == turned
    [(old, new)] = merged.renumbered
    entries = {entry["编号"]: entry for entry in _data(merged.text)["过程记录"]}
    assert {entries[old]["内容"], entries[new]["内容"]} == {"甲", "乙"}
    assert new.startswith("E20261120-")
    told = _data(merged.text)["预警"][0]["理由"].removeprefix("见 ").removesuffix("。")
    assert entries[told]["内容"] == "甲"


def test_what_is_saved_already_keeps_its_id(base: str, student: Field) -> None:
    mine = _entry("E20261120-AAAA", "2026-11-01", 内容="甲")
    theirs = edit(base, [Add(("过程记录",), _entry("E20261120-AAAA", "2026-11-20", 内容="乙"))], student)
    changes: list[Change] = [Add(("过程记录",), mine), Set((*_WARNING, "理由"), "见 E20261120-AAAA")]
    merged = merge_changes(_data(base), changes, theirs, student)
    [(_, new)] = merged.renumbered
    data = _data(merged.text)
    assert {entry["编号"]: entry.get("内容") for entry in data["过程记录"]} == {
        _VISIT["编号"]: None, "E20261120-AAAA": "乙", new: "甲",
    }  # fmt: skip
    assert data["预警"][0]["理由"] == f"见 {new}"


def test_comments_of_both_sides_stay(base: str, student: Field) -> None:
    mine = base.replace("姓名: 鲁一鸣\n", "# 甲：核对过\n姓名: 鲁一鸣  # 甲：同户口本\n")
    theirs = (
        edit(base.replace("预警:\n", "# 乙：看一下\n预警:\n"), [Set(("性别",), "女")], student) + "# 乙：完\n"
    )
    text = merge(base, mine, theirs, student).text
    assert all(
        word in text for word in ("# 甲：核对过", "# 甲：同户口本", "# 乙：看一下", "# 乙：完", "性别: 女")
    )
    assert text == fmt(text, student)


def test_a_new_comment_on_a_removed_entry_stays_with_its_list(base: str, student: Field) -> None:
    other = _entry("E20261120-AAAA", "2026-11-20")
    base = edit(base, [Add(("过程记录",), other)], student)
    mine = base.replace(
        "    类型: 家访\n    时间: 2026-11-02", "    # 甲：问过祖父\n    类型: 家访\n    时间: 2026-11-02"
    )
    assert mine != base
    text = merge(base, mine, edit(base, [Delete(_ENTRY)], student), student).text
    assert _data(text)["过程记录"] == [other]
    assert "# 甲：问过祖父" in text


def test_an_older_save_leaves_foreign_lines_untouched(student: Field) -> None:
    odd = "编号:   S2024-7K3QD\n姓名: '鲁一鸣'   # 同户口本\n性别: 男\n"
    now = odd.replace("性别: 男", "性别:  女")
    assert merge_changes(_data(odd), [Set(("姓名",), "鲁明")], now, student).text == now.replace(
        "'鲁一鸣'", "鲁明"
    )


def test_a_change_of_what_never_was_is_refused(base: str, student: Field) -> None:
    with pytest.raises(NoSuchPlace):
        merge_changes(_data(base), [Set(("预警", "W-XXXX", "等级"), "红")], base, student)


def test_a_new_file_on_both_sides_is_merged(base: str, student: Field) -> None:
    merged = merge("", base, edit(base, [Set(("备注",), "乙")], student), student)
    assert merged.clashes == ()
    assert _data(merged.text) == {**_RECORD, "备注": "乙"}


def test_a_difference_names_entries_by_id_wherever_they_stand() -> None:
    base = {"预警": [{"编号": "W-1", "等级": "黄"}, {"编号": "W-2"}]}
    newest_first = {"预警": [{"编号": "W-3"}, {"编号": "W-1", "等级": "红"}]}
    assert difference(base, newest_first) == (
        Set(("预警", "W-1", "等级"), "红"), Add(("预警",), {"编号": "W-3"}), Delete(("预警", "W-2")),
    )  # fmt: skip
    assert applied(base, difference(base, newest_first, is_ordered=True)) == newest_first
    turned = {"预警": base["预警"][::-1]}
    assert difference(base, turned) == (Set(("预警",), turned["预警"]),)


def test_a_clash_is_one_question_in_plain_words(student: Field) -> None:
    asked = question(Clash((*_WARNING, "等级"), "黄", "红", ABSENT), student)
    assert asked.sentence("张老师", "李老师") == (
        "“预警 W20261023-M4TR › 等级”两边都改了：原来是“黄”，张老师改为“红”，李老师改为（删去）。请选一个。"
    )
    words = question(Clash((*_ENTRY, "方式"), ["家访"], [], None), student)
    assert (words.base, words.mine, words.theirs) == ("家访", "（空）", "（空）")
    entry = question(Clash(_WARNING, ABSENT, {"编号": "W-1", "触发": ["甲", "乙"]}, theirs=True), student)
    assert (entry.base, entry.mine, entry.theirs) == ("（没有）", "编号 W-1；触发 甲、乙", "“是”")
    assert place(()) == "整份记录"


def test_an_answer_puts_in_what_was_chosen(base: str, student: Field) -> None:
    gone = edit(base, [Delete(_WARNING)], student)
    red = edit(base, [Set((*_WARNING, "等级"), "红")], student)
    merged = merge(base, gone, red, student)
    [clash] = merged.clashes
    assert "预警" not in _data(answered(merged.text, clash, is_mine=True, shape=student))
    assert _data(answered(merged.text, clash, is_mine=False, shape=student))["预警"][0]["等级"] == "红"
