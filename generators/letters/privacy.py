"""The record of an impact assessment (个人信息保护影响评估) and the table of the yearly compliance audit (合规审计).

What the program knows for certain is filled in; judgements and figures that only people or the access log know stay
open. Source: 个人信息保护法 51, 54—56; 未成年人网络保护条例 36, 37.
"""

from collections.abc import Iterator
from datetime import date
from typing import Final

from generators import official
from generators.context import Context
from generators.document import Block, Role
from generators.letters.letter import Kind, Letter, law, laws, part, slip, table, text
from generators.official import paragraph
from guanai.model.school import School

_TICK: Final = "符合□　待改进□"
_LEVEL: Final = "高□　中□　低□"

#: Kind of data, why it is needed, what may go wrong, what is done about it.
_DATA: Final = (
    ("姓名、班级、学籍、到校情况", "教学和学籍管理的法定职责", "无关人员得知行踪", "按班级授权；查看留痕"),
    ("监护人、电话、住址", "联系家长、家访", "被骚扰、被推销", "只对班主任和校领导开放；公示一律不列"),
    ("证件号码", "办理学籍", "被冒用", "默认遮盖；单独授权才能看到全部"),
    ("不满十四周岁学生的各项信息", "法定职责；其余取得监护人同意", "被误用", "专门规则；到期核对"),
    ("疾病、残疾、用药", "安全照顾", "受到歧视", "任课教师只见怎样照顾，不见诊断"),
    ("心理普查和辅导", "心理帮助", "隐私外泄、被贴标签", "单独存放、单独备份；只有心理健康教师能看"),
    ("监护人服刑、患病等", "安排合适的帮助", "全家受到议论", "限制级；没有授权的看不到，纪要和公示不列"),
    ("不良行为和涉案信息", "教育和保护", "影响今后", "限制级；依法封存"),
)

_AUDIT: Final = (
    (
        "处理规则和告知",
        ("个人信息保护法-30", "未成年人学校保护规定-10"),
        "有专门规则；新生监护人都收到告知书",
    ),
    ("监护人同意", ("个人信息保护法-29", "个人信息保护法-31"), "应当同意的事项都有同意书；撤回的已停止处理"),
    ("最小必要", ("个人信息保护法-6",), "没有收集宗教信仰、人脸、定位和银行卡号"),
    ("授权和审批", ("未成年人网络保护条例-36",), "权限与岗位一致；放宽权限有第二人批准；离岗即收回"),
    ("访问记录", ("未成年人网络保护条例-36",), "查看、下载、拒绝都有记录；抽查没有异常"),
    ("保存和删除", ("个人信息保护法-19", "个人信息保护法-47"), "到期的经过鉴定；应当删除的已删除"),
    (
        "查阅、复制、更正",
        ("个人信息保护法-45", "个人信息保护法-46", "未成年人网络保护条例-34"),
        "申请都有答复",
    ),
    ("安全措施", ("个人信息保护法-51",), "心理档案分开存放；备份加密并试过恢复；教职工受过培训"),
    ("影响评估", ("个人信息保护法-55", "个人信息保护法-56"), "新增处理前作过评估；记录至少保存三年"),
    ("泄露处置", ("个人信息保护法-57", "未成年人网络保护条例-35"), "有预案；发生的已报告和告知"),
    (
        "公开和公示",
        ("个人信息保护法-25", "未成年人学校保护规定-10"),
        "公示不含证件号码、电话、住址、家庭情况",
    ),
)


def assessment(record: School | None, context: Context, on: date) -> Letter:  # noqa: ARG001 -- as all drafts
    """Return the record of the assessment, for people to judge and sign."""
    return Letter(
        school=context.school.name,
        title="个人信息保护影响评估记录",
        body=tuple(_assessment(context, is_blank=record is None)),
        subject="school" if record else "",
        is_signed=False,
    )


def _assessment(context: Context, *, is_blank: bool) -> Iterator[Block]:
    school = context.school.name or official.GAP
    basis = f"依照{laws('个人信息保护法-55', '个人信息保护法-56')}，对特殊群体学生关爱和控辍保学工作中处理学生个人信息的活动进行事前评估，记录如下。本记录至少保存三年。"
    yield from text(basis)
    yield from part("一、基本情况")
    yield slip(
        (
            ("评估单位", school),
            ("处理活动", "特殊群体学生关爱档案和控辍保学工作记录的建立、使用、保存和删除"),
            ("涉及人员", _people(context, is_blank=is_blank)),
            ("保存方式", "存放在学校自有设备，境内保存；不接入校外平台的：是□　否□"),
            ("评估时间", official.DATE_GAP),
            ("评估人", ""),
        ),
        height_mm=9,
    )
    yield from part("二、目的、必要性和风险")
    rows = [(*each, _LEVEL.replace("　", "\n")) for each in _DATA]
    yield table(("信息", "目的和依据", "可能的影响", "已有措施", "剩余风险"), rows, (36, 32, 28, 38, 22))
    yield from part("三、结论")
    yield slip(
        (
            ("处理目的、方式是否合法、正当、必要", "是□　否□　说明："),
            ("对个人权益的影响和安全风险", ""),
            ("保护措施是否合法、有效并与风险相适应", "是□　否□　说明："),
            ("需要改进的地方和完成时间", ""),
            ("下次评估时间（有变化时随时评估）", official.DATE_GAP),
            ("校长签字、盖章", ""),
        ),
        height_mm=15,
        label_mm=52,
    )


def _people(context: Context, *, is_blank: bool) -> str:
    if is_blank:
        return f"在校学生{official.GAP}人，教职工{official.GAP}人"
    own = [person for person in context.staff.values() if not person.is_external]
    return f"教职工{len(own)}人（按教职工名册）；建有档案的学生{official.GAP}人"


def audit(record: School | None, context: Context, on: date) -> Letter:
    """Return the table of the audit of a year; a year is audited in the January that follows it."""
    year = f"{on.year}年度" if record else "〔　　　〕年度"
    return Letter(
        school=context.school.name,
        title=f"{year}未成年人个人信息保护\n合规审计表",
        body=tuple(_audit(context, on, is_blank=record is None)),
        subject="school" if record else "",
        is_signed=False,
    )


def _audit(context: Context, on: date, *, is_blank: bool) -> Iterator[Block]:
    yield from text(
        f"依照{laws('未成年人网络保护条例-37', '个人信息保护法-54')}，每年审计一次，次年一月底前按要求报送。"
    )
    yield from part("一、概况")
    yield slip(_figures(context, on, is_blank=is_blank), height_mm=9, label_mm=76)
    yield from part("二、逐项审计")
    rows = [
        (str(number), matter, "\n".join(_short(name) for name in names), point, _TICK.replace("　", "\n"), "")
        for number, (matter, names, point) in enumerate(_AUDIT, 1)
    ]
    yield table(("序号", "项目", "依据", "要点", "结果", "说明和整改"), rows, (11, 24, 42, 36, 20, 23))
    yield from part("三、结论")
    yield slip(
        (
            ("总体结论", ""),
            ("整改事项、责任人和期限", ""),
            ("审计人签字", ""),
            ("校长签字、盖章", ""),
            ("日期", official.DATE_GAP),
        ),
        height_mm=14,
        label_mm=46,
    )
    yield paragraph(Role.NOTE, "空着的数字由访问记录和档案核对后填写。")


def _figures(context: Context, on: date, *, is_blank: bool) -> Iterator[tuple[str, str]]:
    year = "〔　　　〕" if is_blank else f"{on.year}"
    own = [person for person in context.staff.values() if not person.is_external]
    posted = [
        person
        for person in own
        if any(
            (held.since is None or held.since <= on) and (held.until is None or on <= held.until)
            for held in person.assignments
        )
    ]
    yield "被审计单位", context.school.name or official.GAP
    yield "审计期间", f"{year}年1月1日至{year}年12月31日"
    yield "学校班级数", "" if is_blank else f"{len(context.school.classes)}"
    yield "有任职、因而有查看权限的教职工人数", "" if is_blank else f"{len(posted)}"
    yield "建有档案的学生人数", ""
    yield "其中不满十四周岁的人数", ""
    yield from _accesses(context, on, is_blank=is_blank)
    yield "监护人查阅、更正、删除的申请和答复次数", ""
    yield "安全事件次数", ""


def _accesses(context: Context, on: date, *, is_blank: bool) -> Iterator[tuple[str, str]]:
    found = None if is_blank else context.accesses.get(on.year)
    people = "、".join(context.staff_name(each) for each in found.approvers) if found else ""
    yield "查看、下载次数（访问记录）", f"查看{found.opened}次，下载{found.downloaded}次" if found else ""
    yield "被拒绝的访问次数（访问记录）", f"{found.refused}次" if found else ""
    yield (
        "放宽权限的次数和批准人",
        (f"{found.widened}次" + (f"（{people}）" if people else "")) if found else "",
    )


def _short(name: str) -> str:
    return law(name).text.replace("中华人民共和国", "")


ASSESSMENT: Final = Kind("privacy-assessment", "个人信息保护影响评估记录", "school", frozenset(), assessment)
AUDIT: Final = Kind("compliance-audit", "年度合规审计表", "school", frozenset(), audit)
