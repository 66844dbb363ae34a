"""Each rule of `guanai check`: planted once, found once, with place and way out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from guanai.errors import Problem

After = Callable[..., list[Problem]]

_NUMBER = '号码: "990101201205060026"'
_CASES = [
    # what is changed, into what, rule, pointer, words of the message
    (_NUMBER, '号码: "990101201205060023"', "identity.checksum", "/证件/号码", "末位校验"),
    ("出生日期: 2012-05-06", "出生日期: 2012-05-07", "identity.birth", "/证件/号码", "2012-05-07"),
    ("性别: 女", "性别: 男", "identity.sex", "/证件/号码", "第 17 位"),
    ("学籍号: G990101201205060026", "学籍号: G11010519491231002X", "identity.enrolment", "/学籍号", "G 加身份证"),
    ("    起: 2024-09-01", "    起: 2024-09-01\n    止: 2024-08-01", "date.order", "/学籍/0/止", "早于"),
    ("  - 编号: C-K2W8\n    情形", "  - 情形", "id.missing", "/特殊情形/0", "guanai fmt"),
    ("编号: E20261102-7K3Q", "编号: C20261102-7K3Q", "id.prefix", "/过程记录/0/编号", "E 开头"),
    ("等级: 黄", "等级: 红", "warning.red", "/预警/0", "第二人"),
    ("决定人: T-2AAA", "决定人: T-2AAA\n    复核人: T-2AAA", "warning.same", "/预警/0/复核人", "复核人"),
    ("记录人: T-3XK9", "记录人: T-9ZZZ", "ref.missing", "/过程记录/0/记录人", "records/staff.yml"),
    ("@S2024-8M4RE", "@S2024-ZZZZZ", "ref.missing", "/过程记录/0/内容", "S2024-ZZZZZ"),
    ("依据: 未成年人保护法-29", "依据: 未成年人保护法-2900", "ref.missing", "/特殊情形/0/依据", "citations.yml"),
    ("班级: J2024-03", "班级: J2024-04", "ref.missing", "/学籍/0/班级", "school.yml"),
    ("时间: 2026-11-02T16:40+08:00", "时间: 2026-11-21T16:40+08:00", "date.future", "/过程记录/0/时间", "还没有到"),
    ("时间: 2026-11-02T", "时间: 2026-02-30T", "date.unreal", "/过程记录/0/时间", "不存在"),
    ("一起谈了值日", "还有欧阳若水一起谈了值日", "text.name", "/过程记录/0/内容", "@S2024-8M4RE"),
    ("编号: S2024-7K3QD", "编号: S2024-7K3QE", "place.name", "/编号", "文件名"),
    ("记录人: T-3XK9", "记录人: T-3XK9\n    预警: W20261023-M4TS", "ref.missing", "/过程记录/0/预警", "W20261023-M4TS"),
    ("情形: 留守", "情形: 残疾\n    残疾类别: 肢体\n    随班就读类别: 智力", "disability.kind", "/特殊情形/0/随班就读类别", "其他"),
]  # fmt: skip


def test_a_good_workspace_has_no_problem(after: After) -> None:
    assert after() == []


@pytest.mark.parametrize(("old", "new", "rule", "pointer", "words"), _CASES, ids=[case[2] for case in _CASES])
def test_a_planted_fault_is_found_with_its_place(
    after: After, old: str, new: str, rule: str, pointer: str, words: str
) -> None:
    found = after(old, new)
    told = [problem for problem in found if problem.rule == rule]
    assert [problem.pointer for problem in told] == [pointer], found
    assert words in told[0].message
    assert told[0].line > 1 or pointer in ("", "/编号")


def test_an_id_used_twice_is_told_with_its_first_place(after: After) -> None:
    twin = "  - 编号: E20261102-7K3Q\n    类型: 谈话\n    时间: 2026-11-03T16:40+08:00\n    记录人: T-3XK9\n    内容: 又谈\n"
    (problem,) = after("值日的事\n", f"值日的事\n{twin}")
    assert (problem.rule, problem.pointer) == ("id.twice", "/过程记录/1/编号")
    assert "过程记录第1项" in problem.message


def test_a_downgrade_needs_a_second_person_or_a_meeting(after: After) -> None:
    lower = (
        "  - 编号: W20261113-M4TR\n    等级: 绿\n    日期: 2026-11-13\n    理由: 好转\n    决定人: T-2AAA\n"
    )
    (problem,) = after("决定人: T-2AAA\n", f"决定人: T-2AAA\n{lower}")
    assert (problem.rule, problem.pointer) == ("warning.down", "/预警/1")


def test_an_open_stay_is_followed_by_no_other(after: After) -> None:
    again = "  - 编号: X-2347\n    班级: J2024-03\n    状态: 休学\n    起: 2026-10-08\n"
    (problem,) = after("    起: 2024-09-01\n特殊情形", f"    起: 2024-09-01\n{again}特殊情形")
    assert (problem.rule, problem.pointer) == ("enrolment.open", "/学籍/0")


def test_a_state_that_cannot_follow_the_one_before_is_told_with_those_that_can(after: After) -> None:
    again = "    止: 2026-10-08\n  - 编号: X-2347\n    班级: J2024-03\n    状态: 辍学\n    起: 2026-10-08\n"
    (problem,) = after("    起: 2024-09-01\n特殊情形", f"    起: 2024-09-01\n{again}特殊情形")
    assert (problem.rule, problem.pointer) == ("enrolment.step", "/学籍/1/状态")
    assert "“在籍”之后不能直接是“辍学”" in problem.message
    assert "疑似辍学" in problem.message


def test_a_class_with_children_has_a_homeroom_teacher_today(after: After) -> None:
    (problem,) = after(
        "角色: 班主任\n        范围: J2024-03\n        起: 2024-09-01",
        "角色: 班主任\n        范围: J2024-03\n        起: 2024-09-01\n        止: 2026-11-19",
        "records/staff.yml",
    )
    assert (problem.path, problem.rule, problem.line) == ("records/school.yml", "post.homeroom", 10)


def test_two_files_never_share_an_id(after: After) -> None:
    text = "编号: S2024-7K3QD\n姓名: 某某某\n性别: 男\n学籍:\n  - 编号: X-2345\n    班级: J2024-03\n    状态: 在籍\n    起: 2024-09-01\n"
    rules = {problem.rule for problem in after(new=text, path="records/students/2024/S2024-9N5SF.yml")}
    assert rules == {"place.name", "place.twice"}


def test_a_file_that_belongs_nowhere_is_told(after: After) -> None:
    (problem,) = after(new="a: b\n", path="records/students/张三.yml")
    assert (problem.rule, problem.line) == ("place.unknown", 1)


def test_an_unreadable_file_still_counts_as_present(after: After) -> None:
    (problem,) = after("姓名: 欧阳若水", "姓名：欧阳若水", "records/students/2024/S2024-8M4RE.yml")
    assert problem.path.endswith("S2024-8M4RE.yml")
    assert "全角冒号" in problem.message


def test_a_broken_staff_file_does_not_make_everyone_unknown(after: After) -> None:
    found = after("教职工:", "教职工：", "records/staff.yml")
    assert {problem.path for problem in found} == {"records/staff.yml"}


def test_a_screening_that_misses_a_family_names_the_child_by_id(after: After) -> None:
    text = "班级: J2024-03\n学期: 2026-2027-1\n逐户:\n  - 学生: S2024-7K3QD\n    结果: 无情况\n"
    (problem,) = after(new=text, path="records/screenings/2026-2027-1/J2024-03.yml")
    assert problem.rule == "screening.missing"
    assert "S2024-8M4RE" in problem.message


def test_a_record_in_the_wrong_folder_is_told(after: After) -> None:
    text = "班级: J2024-03\n学期: 2026-2027-2\n月份: 2026-11\n"
    (problem, missing) = sorted(
        after(new=text, path="records/attendance/2026-2027-1/J2024-03/2026-11.yml"),
        key=lambda each: each.rule,
    )
    assert (problem.rule, problem.pointer) == ("place.folder", "/学期")
    assert missing.rule == "ref.missing"


_ROLL = "records/attendance/2026-2027-1/J2024-03/2026-11.yml"
_ABSENT = """\
班级: J2024-03
学期: 2026-2027-1
月份: 2026-11
核查:
  - 日期: 2026-11-20
    节点: 晨读
    时间: 07:50
    应到: 2
    实到: 1
    记录人: T-3XK9
异常:
  - 编号: K20261120-7K3Q
    学生: S2024-7K3QD
    日期: 2026-11-20
    节点: 晨读
    类型: 未请假缺勤
    联系时间: 2026-11-20T08:10+08:00
    记录人: T-3XK9
"""


@pytest.mark.parametrize(
    ("old", "new", "pointer"),
    [
        (
            "日期: 2026-11-20\n    节点: 晨读\n    时间",
            "日期: 2026-11-21\n    节点: 晨读\n    时间",
            "/核查/0/日期",
        ),
        (
            "日期: 2026-11-20\n    节点: 晨读\n    类型",
            "日期: 2026-11-23\n    节点: 晨读\n    类型",
            "/异常/0/日期",
        ),
        ("联系时间: 2026-11-20", "联系时间: 2027-11-20", "/异常/0/联系时间"),
    ],
)
def test_a_roll_call_of_a_day_to_come_is_told_with_the_way_out(
    after: After, old: str, new: str, pointer: str
) -> None:
    assert after(new=_ABSENT, path=_ROLL) == []
    (problem,) = after(old, new, _ROLL)
    assert (problem.path, problem.rule, problem.pointer) == (_ROLL, "date.future", pointer)
    assert "还没有到" in problem.message
    assert "请核对日期" in problem.message
    assert "病假" in problem.message


@pytest.mark.parametrize("kind", ["病假", "事假"])
def test_a_leave_that_was_asked_for_lies_ahead(after: After, kind: str) -> None:
    ahead = _ABSENT.replace(
        "日期: 2026-11-20\n    节点: 晨读\n    类型: 未请假缺勤",
        f"日期: 2026-11-23\n    节点: 晨读\n    类型: {kind}",
    )
    assert kind in ahead
    assert after(new=ahead, path=_ROLL) == []
    (problem,) = after("联系时间: 2026-11-20", "联系时间: 2026-11-23", _ROLL)
    assert problem.pointer == "/异常/0/联系时间", "nobody has been asked on a day to come"


def test_a_talk_of_a_day_to_come_is_told_where_plans_are_written(after: After) -> None:
    planned = "记录人: T-3XK9\n    下次跟进: 2026-12-01"
    assert after("记录人: T-3XK9", planned) == []
    (problem,) = after("时间: 2026-11-02T16:40", "时间: 2026-11-23T16:40")
    assert problem.rule == "date.future"
    assert "下次跟进" in problem.message


def test_records_of_another_version_are_told(after: After) -> None:
    (problem,) = after("记录版本: 1", "记录版本: 2", "records/school.yml")
    assert problem.rule == "schema.version"


def test_a_short_name_inside_other_words_is_no_name(after: After) -> None:
    after("姓名: 欧阳若水", "姓名: 高明", "records/students/2024/S2024-8M4RE.yml")
    assert after("一起谈了值日的事", "一起谈了值日的事，办法很高明") == []
    (problem,) = after("办法很高明", "高明，也在")
    assert problem.rule == "text.name"


@pytest.mark.parametrize("name", ["school", "staff", "access", "calendar/2026-2027"])
def test_a_missing_core_file_is_one_problem(after: After, root: Path, name: str) -> None:
    (root / f"records/{name}.yml").unlink()
    (problem,) = after()
    assert (problem.path, problem.line, problem.rule) == (f"records/{name}.yml", 1, "place.missing")


def test_a_policy_with_a_wrong_placeholder_or_figure_is_told(after: After) -> None:
    preset = (Path(__file__).resolve().parents[2] / "generators/policies/care-a1.yml").read_text(
        encoding="utf-8"
    )
    path = "records/policies/care-a1.yml"
    assert after(new=preset, path=path) == []
    (figure,) = after("期限: 两周内", "期限: 两星球内", path)
    assert (figure.rule, figure.pointer.rpartition("/")[2]) == ("policy.figure", "期限")
    rules = {problem.rule for problem in after("{摸底.期限}", "{摸底.期线}", path)}
    assert rules == {"policy.figure", "policy.placeholder"}


@pytest.mark.parametrize(
    ("path", "old", "new", "rule", "pointer"),
    [
        ("staff", "编号: T-2AAA", "编号: T-3XK9", "id.twice", "/教职工/1/编号"),
        ("staff", "范围: J2024-03", "范围: 全校", "post.scope", "/教职工/0/任职/0/范围"),
        ("staff", "范围: J2024\n", "范围: J2024-03\n", "post.scope", "/教职工/1/任职/0/范围"),
        (
            "school",
            "  - 编号: J2024-03",
            "  - 编号: J2024-03\n  - 编号: J2024-03",
            "id.twice",
            "/班级/1/编号",
        ),
        (
            "access",
            "[]",
            "\n  - {角色: 校长, 看: [教学]}\n  - {角色: 校长, 看: []}",
            "id.twice",
            "/角色/1/角色",
        ),
        ("access", "[]", "\n  - {角色: 系统管理员, 看: [教学]}", "access.floor", "/角色/0/看"),
        ("access", "[]", "\n  - {角色: 校长, 看: [], 改: [心理]}", "access.floor", "/角色/0/改"),
        ("calendar/2026-2027", "编号: 2026-2027-1", "编号: 2025-2026-1", "date.term", "/学期/0/编号"),
    ],
)
def test_a_post_or_role_that_opens_too_much_is_told(
    after: After, path: str, old: str, new: str, rule: str, pointer: str
) -> None:
    found = after(old, new, f"records/{path}.yml")
    assert [problem.pointer for problem in found if problem.rule == rule] == [pointer], found


def test_nobody_grants_himself_anything(after: After) -> None:
    grant = "角色: []\n特许:\n  - 编号: V-2345\n    教师: T-2AAA\n    学生: S2024-7K3QD\n    看: [关爱]\n    起: 2026-11-01\n    止: 2026-12-01\n    批准人: T-2AAA\n"
    (problem,) = after("角色: []\n", grant, "records/access.yml")
    assert (problem.rule, problem.pointer) == ("grant.self", "/特许/0/批准人")


def test_a_child_has_one_file(after: After) -> None:
    path = "records/students/2024/S2024-8M4RE.yml"
    (problem,) = after(
        "性别: 男\n", '性别: 女\n证件:\n  类型: 居民身份证\n  号码: "990101201205060026"\n', path
    )
    assert (problem.path, problem.rule) == (path, "identity.twice")
    assert "S2024-7K3QD" in problem.message


@pytest.mark.parametrize("written", ["云溪中学〔2026〕5号", "云溪中学[2026] 5号", "云溪中学（2026）5号"])
def test_a_number_is_given_to_one_paper_alone(after: After, written: str) -> None:
    first, second = "records/decisions/2026/D20261020-2MF7.yml", "records/decisions/2026/D20261021-3NG8.yml"
    text = "编号: {}\n类型: 公文\n名称: 通知\n日期: {}\n文号: {}\n决定人: T-2AAA\n"
    assert after(new=text.format("D20261020-2MF7", "2026-10-20", "云溪中学〔2026〕5号"), path=first) == []
    assert after(new=text.format("D20261021-3NG8", "2026-10-21", "云溪中学〔2026〕15号"), path=second) == []
    (problem,) = after("云溪中学〔2026〕15号", written, second)
    assert (problem.path, problem.line, problem.pointer, problem.rule) == (second, 5, "/文号", "number.twice")
    assert first in problem.message


def test_a_policy_and_a_meeting_share_the_register_of_the_decisions(after: After) -> None:
    preset = (Path(__file__).resolve().parents[2] / "generators/policies/care-a1.yml").read_text(
        encoding="utf-8"
    )
    path = "records/policies/care-a1.yml"
    number = "云溪中学〔2026〕5号"
    assert after(new=f"{preset.rstrip()}\n采用:\n  日期: 2026-10-19\n  文号: {number}\n", path=path) == []
    meeting = (
        f"编号: M20261023-4QX9\n类型: 月研判会\n名称: 研判会\n时间: 2026-10-23T16:00+08:00\n文号: {number}\n地点: 会议室\n"
        "范围: 全校\n主持人: T-2AAA\n记录人: T-3XK9\n出席:\n  - 教师: T-2AAA\n议题:\n  - 等级\n"
    )
    (problem,) = after(new=meeting, path="records/meetings/2026-2027-1/M20261023-4QX9.yml")
    assert (problem.rule, problem.pointer) == ("number.twice", "/文号")
    assert path in problem.message


def test_an_evening_check_is_no_day_to_come(after: After) -> None:
    text = "班级: J2024-03\n学期: 2026-2027-1\n月份: 2026-11\n核查:\n  - {日期: 2026-11-19, 节点: 放学前, 时间: '21:30', 应到: 2, 实到: 2, 记录人: T-3XK9}\n"
    found = after(new=text, path="records/attendance/2026-2027-1/J2024-03/2026-11.yml")
    assert found == []
