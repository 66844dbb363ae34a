import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from guanai.check.facts import walk
from guanai.paths import kind_of
from guanai.schema import Field, load_schemas

Make = Callable[..., Mapping[str, Mapping[str, Any]]]
Text = tuple[str, tuple[str | int, ...], Field, str]

#: Keys whose day may lie ahead.
_AHEAD = {"止", "期限", "下次跟进", "复评日期", "复查日期", "下次", "放假", "承诺返校日"}
#: Words that put a child in a drawer; no record needs them.
_LABELS = ("差生", "后进", "问题学生", "违纪生", "学困生", "贫困生", "特困生", "单亲生", "智障", "笨")
#: What only a narrow circle may read.
_CONFIDENTIAL = (
    "抑郁", "焦虑", "癫痫", "哮喘", "糖尿病", "心脏病", "孤独症", "过敏", "残疾", "精神", "服刑", "离异", "单亲", "低保", "孤儿", "留守", "贫困",
)  # fmt: skip


def _texts(records: Mapping[str, Mapping[str, Any]]) -> Iterator[Text]:
    for path, record in records.items():
        for place, field, value in walk(load_schemas().record(str(kind_of(path))), record):
            if isinstance(value, str):
                yield path, place, field, value


def test_nothing_has_happened_after_today(school: Make, today: date) -> None:
    for path, place, _, value in _texts(school(400)):
        is_day = value[:4].isdecimal() and value[4:5] == "-" and value[7:8] == "-"
        if is_day and kind_of(path) != "calendar" and place[-1] not in _AHEAD:
            assert value[:10] <= f"{today}", (path, place)


def test_no_other_childs_name_stands_in_any_text(school: Make) -> None:
    records = school(400)
    names = {record["姓名"] for path, record in records.items() if kind_of(path) == "student"}
    anyone = re.compile("|".join(map(re.escape, sorted(names))))
    for path, place, field, value in _texts(records):
        if field.definition in ("note", "text") and not (kind_of(path) == "student" and place == ("姓名",)):
            assert not anyone.search(value), (path, place)


def test_no_text_labels_a_child(school: Make) -> None:
    for path, place, _, value in _texts(school(400)):
        assert not any(word in value for word in _LABELS), (path, place, value)


def test_what_every_teacher_reads_tells_of_no_diagnosis_and_no_family(school: Make) -> None:
    for path, record in school(400).items():
        if kind_of(path) != "student":
            continue
        wide = [record.get("课堂安全提示", "")]
        for key in ("过程记录", "计划"):
            kinds = _wide_kinds(key)
            wide += [str(item) for item in record.get(key, []) if item["类型"] in kinds]
        for text in wide:
            assert not any(word in text for word in _CONFIDENTIAL), (path, text)


def _wide_kinds(key: str) -> set[str]:
    field = load_schemas().record("student").at((key, 0, "类型"))
    assert field is not None
    return {word for word, value in field.values.items() if value.clearance == {"教学"}}


def test_a_sheet_names_no_circumstance_beyond_its_label(school: Make) -> None:
    field = load_schemas().record("student").at(("特殊情形", 0, "情形"))
    assert field is not None
    narrow = {word for word, value in field.values.items() if "限制" in value.clearance}
    for path, record in school(400).items():
        if kind_of(path) == "screening":
            named = {word for family in record["逐户"] for word in family.get("情形", [])}
            assert named.isdisjoint(narrow), path


def test_entries_lie_on_school_days(school: Make) -> None:
    records = school(400)
    days = {
        check["日期"]
        for path, record in records.items()
        if kind_of(path) == "attendance"
        for check in record["核查"]
    }
    for path, record in records.items():
        if kind_of(path) == "student":
            assert {entry["时间"][:10] for entry in record.get("过程记录", [])} <= days, path
        if kind_of(path) in ("meeting", "activity"):
            assert record["时间"][:10] in days, path


def test_sentences_are_not_the_same_over_and_over(school: Make) -> None:
    told = [
        entry["内容"]
        for path, record in school(400).items()
        if kind_of(path) == "student"
        for entry in record.get("过程记录", [])
    ]
    assert len(told) > 1500
    assert max(Counter(told).values()) < len(told) / 100
    assert len(set(told)) > len(told) / 2


def test_all_kinds_of_entry_occur_in_a_school(school: Make) -> None:
    field = load_schemas().record("student").at(("过程记录", 0, "类型"))
    assert field is not None
    found = {
        entry["类型"]
        for path, record in school(400).items()
        if kind_of(path) == "student"
        for entry in record.get("过程记录", [])
    }
    assert set(field.values) - found <= {"其他", "突发事件", "校访"}
    assert {"谈话", "跟踪", "家访", "结对谈心", "辅导", "进步卡片", "督办", "强制报告"} <= found
