"""What check says to who has a file open is said in other words to who stands before a page."""

from datetime import date

import pytest

from guanai.check.facts import Facts
from guanai.check.links import Whole, objections_around
from guanai.errors import Problem
from guanai.web.forms.display import on_page

_CLASSES = {"班级": [{"编号": "J2024-01"}], "年级": [{"编号": "J2024"}]}
_TERM = {"学期": [{"编号": "2026-2027-1", "开学": "2026-09-01", "放假": "2027-01-22"}]}


def _facts(**parts: object) -> Facts:
    return Facts(**{"id": None, "references": (), "extra": {}, "latest": ("", ""), **parts})  # type: ignore[arg-type] # as each case needs


@pytest.mark.parametrize(
    ("path", "facts", "rule"),
    [
        (
            "records/attendance/2026-2027-1/J2024-01/2026-11.yml",
            _facts(extra={"班级": "J2024-02", "学期": "2026-2027-1", "月份": "2026-11"}),
            "place.folder",
        ),
        (
            "records/meetings/2026-2027-1/M20260301-7K3Q.yml",
            _facts(extra={"时间": "2026-03-01T09:00+08:00"}),
            "date.term",
        ),
        ("records/students/2024/S2024-7K3QD.yml", _facts(id="S2024-7K3QE"), "place.name"),
        (
            "records/students/2024/S2024-7K3QD.yml",
            _facts(references=(("student", "S2024-ZZZZZ", "/过程记录/0/内容"),)),
            "ref.missing",
        ),
        (
            "records/students/2024/S2024-7K3QD.yml",
            _facts(references=(("citation", "某法-1", "/特殊情形/0/依据"),)),
            "ref.missing",
        ),
    ],
)
def test_no_objection_to_one_record_speaks_of_files_on_a_page(path: str, facts: Facts, rule: str) -> None:
    around = {
        "records/school.yml": _facts(extra=_CLASSES),
        "records/calendar/2026-2027.yml": _facts(extra=_TERM),
        path: facts,
    }
    found = [
        Problem(where, 1, place, code, words)
        for where, place, code, words in objections_around(Whole(around, frozenset(), date(2026, 11, 20)))
        if where == path
    ]
    assert rule in {each.rule for each in found}
    for each in found:
        told = on_page(each)
        assert not any(word in told for word in ("文件", "records/", ".yml")), told
        assert told.endswith("。")
