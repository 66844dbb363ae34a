"""What a school tells a guardian about the child's data, and the guardian's answer (告知书与监护人同意书).

Most of it rests on the school's duties by law and needs no consent; what does is asked for line by line, and a “no”
costs nothing. Source: 个人信息保护法 13, 28—31, 45—47; 未成年人学校保护规定 10.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from generators import official
from generators.context import Context
from generators.document import Block, Role
from generators.letters import child as of
from generators.letters.letter import SHORT_GAP, Kind, Letter, law, laws, part, slip, table, text
from generators.official import paragraph
from guanai.model.student import Student

_TITLE: Final = "个人信息处理告知书和监护人同意书"
_CHOICE: Final = "同意□　不同意□"
_ASKED: Final = (
    ("健康信息（疾病、过敏、用药）", "上课和活动时注意安全"),
    ("心理普查和个别辅导", "了解情绪状况，提供帮助；档案由心理健康教师单独保管"),
    ("家庭变故、监护人健康等情况", "安排合适的帮助；不向同学和家长公开"),
    ("荣誉名单公布姓名和班级", "表扬进步；不公布其他信息"),
    ("活动照片、作品在校内展示", "展示学习和活动；不上传互联网"),
)


def draft(record: Student | None, context: Context, on: date) -> Letter:
    """Return the letter to a child's guardian with the slip to sign."""
    name = record.name if record else SHORT_GAP
    group = of.class_name(record, context, on) if record else SHORT_GAP
    kept = record.filing.retention if record and record.filing and record.filing.retention else official.GAP
    addressee = of.addressed(record, on) if record else official.GAP
    return Letter(
        school=context.school.name,
        title="学生个人信息处理告知书",
        addressee=addressee,
        body=tuple(_body(name, kept, context)),
        subject=record.id if record else "",
        annex=tuple(_answer(name, group, context)),
    )


def _body(name: str, kept: str, context: Context) -> Iterator[Block]:
    phone = context.school.phone or official.GAP
    yield from text(
        f"为了照顾好{name}同学，学校要记录和使用一些个人信息。依照{laws('个人信息保护法-30', '未成年人学校保护规定-10')}，现告知如下。"
    )
    yield from part(
        "一、记录什么，用来做什么",
        "（一）姓名、性别、出生日期、证件号码、学籍、班级、到校情况、成绩：办理学籍，安排教学，保证安全。",
        "（二）监护人的姓名、关系、电话，家庭住址：联系家长，家访。",
        "（三）谈话、家访、辅导、帮扶的经过，资助情况：关心和帮助孩子。",
        "（四）健康、心理、残疾、家庭变故等敏感信息：只在确有需要时记录，让必要的人知道怎样照顾孩子。",
    )
    yield from part(
        "二、依据",
        f"办理学籍、保障受教育权、为需要关爱的学生建立档案，是学校的法定职责（{laws('未成年人保护法-28', '未成年人保护法-29')}），依照{law('个人信息保护法-13').text}不需要另行同意。",
        f"其余敏感信息，依照{laws('个人信息保护法-29', '个人信息保护法-31')}，不满十四周岁的，要有监护人同意。后面逐项征求您的意见；不同意的，不影响孩子上学和得到照顾。",
    )
    yield from part(
        "三、谁能看到，保存多久",
        "按工作需要授权：班主任看本班，任课教师看与教学有关的，心理档案只有心理健康教师能看。每次查看都有记录。不卖给、不提供给与教育无关的单位和个人；依法应当提供给公安、民政、教育等部门的除外。",
        f"记录保存在境内，保存期限：{kept}。期满经过鉴定后删除或者依法归档。",
    )
    yield from part(
        "四、对孩子的影响和您的权利",
        "敏感信息泄露可能让孩子受到议论，学校为此分级保管、加密备份。万一泄露，学校会立即补救并告诉您。",
        f"依照{laws('个人信息保护法-45', '个人信息保护法-46', '个人信息保护法-47')}，您可以查阅、复制孩子的信息，发现有错可以要求更正，符合规定的可以要求删除；已经同意的，可以随时撤回，撤回不影响以前的处理。",
        f"联系人：班主任{official.GAP}，学校电话{phone}。",
    )


def _answer(name: str, group: str, context: Context) -> Iterator[Block]:
    yield paragraph(Role.TITLE, "监护人同意书")
    school = context.school.name or official.GAP
    yield from text(
        f"我是{school}{group}{name}同学的监护人，已经收到并看懂了《学生个人信息处理告知书》。对下列事项，我的意见是（请逐项勾选）："
    )
    yield table(("事项", "用途", "意见"), ((what, use, _CHOICE) for what, use in _ASKED), (56, 62, 38))
    yield paragraph(Role.NOTE, "没有勾选的，按不同意办理。满十四周岁的学生，请本人一并签字。")
    yield slip(
        (
            ("监护人签字", ""),
            ("与学生的关系", ""),
            ("学生签字（满十四周岁）", ""),
            ("日期", official.DATE_GAP),
        ),
        height_mm=11,
        label_mm=46,
    )


CONSENT: Final = Kind("consent", _TITLE, "student", frozenset({"教学", "关爱"}), draft)
