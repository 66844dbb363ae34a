"""The record of a meeting (会议记录) and its edition for guests."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from generators import meeting as generator
from generators import wording
from generators.context import Context
from generators.document import Document
from guanai.model.base import HIDDEN
from guanai.model.meeting import Meeting
from guanai.model.person import Person
from guanai.model.staff import StaffMember

Maker = Callable[..., Meeting]
Plain = Callable[[Document], str]

ROLL = [{"学生": "S2024-7K3QD", "姓名": "帕提古丽", "关系": "祖母", "电话": "13800000000", "签字": "已签"}]


@pytest.fixture
def made(context: Context, today: date) -> Callable[..., Document]:
    """Return the record of a meeting as a document."""

    def make(
        record: Meeting | None, *, for_guests: bool | None = None, kind: str = generator.KIND
    ) -> Document:
        given = generator.inputs(record, context, today, for_guests=for_guests)
        return generator.build(given, on=today, blank=record is None, kind=kind)

    return make


def test_the_record_of_a_meeting(
    made: Callable[..., Document], meeting: Maker, plain: Plain, golden: Callable[[str, str], None]
) -> None:
    golden("meeting-record", plain(made(meeting())))


def test_the_record_of_a_parents_meeting_has_their_roll(
    made: Callable[..., Document], meeting: Maker, plain: Plain
) -> None:
    text = plain(made(meeting(类型="家长座谈会", 家长签到=ROLL)))
    assert "# 序号 | 学生 | 家长姓名 | 关系 | 电话 | 签字 +" in text
    assert "| 1 | 阿依古丽·买买提 | 帕提古丽 | 祖母 | 13800000000 | 已签" in text
    assert "家长签到" not in plain(made(meeting()))


def test_guests_get_their_own_edition(
    made: Callable[..., Document], meeting: Maker, plain: Plain, golden: Callable[[str, str], None]
) -> None:
    document = made(meeting(会外人员参加=True, 家长签到=ROLL))
    assert (document.kind, document.title) == ("meeting-record", "会议记录（会外版）")
    golden("meeting-record-guests", plain(document))


@pytest.mark.parametrize(
    "said",
    [
        "由绿调为黄",
        "列为红色",
        "黄级学生三名",
        "红色预警",
        "建议升为红",
        "等级定为黄",
        "他家是红牌",
        "两人都可以降一级",
        "筛查等级为重点",
        "九月起解除预警",
    ],
)
def test_no_level_reaches_guests(
    made: Callable[..., Document], meeting: Maker, plain: Plain, said: str
) -> None:
    record = meeting(
        议题=[said, "听取情况"],
        发言=[{"编号": "V-2222", "要点": said}],
        决定=[{"编号": "J-2222", "事项": said}],
    )
    assert said not in plain(made(record, for_guests=True))
    assert said in plain(made(record, for_guests=False))


def test_no_child_or_inner_matter_reaches_guests(
    made: Callable[..., Document], meeting: Maker, plain: Plain, context: Context
) -> None:
    record = meeting(
        名称="周小禾帮扶研判会",
        议题=["@S2024-7K3QD 的帮扶"],
        家长签到=ROLL,
        出席=[{"姓名": "周家父亲", "关系": "周小禾的父亲"}],
        备注="阿依古丽·买买提另行约谈",
    )
    text = plain(made(record, for_guests=True))
    secret = [
        *context.children.values(),
        *context.children,
        "帕提古丽",
        "13800000000",
        "外出培训",
        "校内处理意见",
    ]
    assert [word for word in secret if word in text] == []
    assert "某同学帮扶研判会" in text
    assert "周启明" in text


def test_guests_read_nothing_about_one_child_even_without_its_name(
    made: Callable[..., Document], meeting: Maker, plain: Plain
) -> None:
    record = meeting(
        议题=["通报情况（会外人员在场）", "研判", "商议周小禾的作业", "校内评定（会外人员离会后）"],
        发言=[
            {"编号": "V-2222", "议题": 1, "要点": "出勤平稳。"},
            {"编号": "V-2223", "议题": 2, "要点": "@S2024-7K3QD 晚归两次。"},
            {"编号": "V-2224", "议题": 2, "要点": "父母换了摊位。"},
            {"编号": "V-2225", "议题": 3, "要点": "作业分两次交。"},
            {"编号": "V-2226", "议题": 4, "要点": "本季度不作变动。"},
        ],
        决定=[
            {"编号": "J-2222", "事项": "公布值班电话"},
            {"编号": "J-2223", "事项": "十日前再次上门", "学生": ["S2024-7K3QD"]},
            {"编号": "J-2224", "事项": "请周小禾的监护人来校"},
        ],
    )
    text = plain(made(record, for_guests=True))
    assert "1. 通报情况（会外人员在场） ¶ 2. 研判 ¶ 3. 校内研究事项 ¶ 4. 校内评定" in text.replace(
        " ⏎ ", " ¶ "
    )
    assert "出勤平稳" in text
    assert "公布值班电话" in text
    told = ("晚归", "摊位", "作业", "不作变动", "再次上门", "监护人来校", "某同学")
    assert [word for word in told if word in text] == []


def test_who_comes_from_outside_is_listed_with_the_role(
    context: Context,
) -> None:
    parent = {
        "编号": "T-4R2F",
        "姓名": "吴桂枝",
        "校外": True,
        "任职": [{"角色": "家长代表", "范围": "全校"}],
    }
    others = replace(context, staff={**context.staff, "T-4R2F": StaffMember.from_mapping(parent)})
    assert wording.person(Person(staff="T-4R2F"), others) == "吴桂枝（家长代表）"
    assert wording.person(Person(staff="T-4R2F", post="家委会主任"), others) == "吴桂枝（家委会主任）"
    assert wording.person(Person(staff="T-5QQ2"), others) == "陆清和"


def test_the_edition_asked_for_comes_before_who_took_part(
    made: Callable[..., Document], meeting: Maker, plain: Plain
) -> None:
    assert "等级变更" in plain(made(meeting(会外人员参加=True), for_guests=False))
    assert "等级变更" not in plain(made(meeting(), for_guests=True))


def test_a_record_whose_talk_is_hidden_says_so(
    made: Callable[..., Document], meeting: Maker, plain: Plain
) -> None:
    text = plain(made(meeting(发言=HIDDEN, 决定=HIDDEN, 等级变更=HIDDEN)))
    assert text.count("〔按权限不显示〕") == 3
    assert plain(made(meeting(发言=HIDDEN, 决定=HIDDEN, 等级变更=HIDDEN), for_guests=True)).count("〔") == 2


@pytest.mark.parametrize("count", [0, 1, 60])
def test_a_meeting_may_hold_any_number_of_statements(
    made: Callable[..., Document], meeting: Maker, plain: Plain, count: int
) -> None:
    statements = [{"编号": f"V-{number}", "要点": f"讲话{number}。"} for number in range(count)]
    assert plain(made(meeting(发言=statements))).count("讲话") == count


@pytest.mark.parametrize("kind", [generator.KIND, generator.GUEST_KIND])
def test_a_blank_record_is_signed_by_chair_and_secretary(
    made: Callable[..., Document], plain: Plain, golden: Callable[[str, str], None], kind: str
) -> None:
    document = made(None, kind=kind)
    assert document.blank
    assert "主持人（签字）：" in plain(document)
    golden(f"{kind}-blank", plain(document))
