"""劝返: the record of a child who stayed away, step by step."""

from datetime import date
from typing import Any

from guanai.demo import places
from guanai.demo.dropout import Dropout
from guanai.demo.stories.desk import Desk, instant
from guanai.demo.wording import Bank

_MATERIALS = {
    "一级": ("义务教育法节选", "学生在校表现资料"),
    "二级": ("义务教育法节选", "劝学通知书", "送达回证", "帮扶方案"),
    "三级": ("书面报告", "历次劝返记录"),
}


def persuasion(desk: Desk) -> list[dict[str, Any]]:
    """Return 劝返, empty for a child who never stayed away."""
    dropout = desk.life.dropout
    if dropout is None:
        return []
    data: dict[str, Any] = {
        "编号": desk.numbers.item("R", dropout.triggered),
        "触发日期": f"{dropout.triggered}",
        "触发原因": desk.say(_REFUSED if dropout.is_refusing else _UNREACHED),
        "离校日期": f"{dropout.since}",
        "状态": dropout.status,
        "步骤": [_step(desk, dropout, place) for place in range(len(dropout.steps))],
    }
    if dropout.returned:
        data["复学日期"] = f"{dropout.returned}"
    if dropout.stable:
        data["稳定日期"] = f"{dropout.stable}"
    return [data]


def _step(desk: Desk, dropout: Dropout, place: int) -> dict[str, Any]:
    level, day = dropout.steps[place]
    is_last = place == len(dropout.steps) - 1
    comes_back = is_last and dropout.returned is not None
    data: dict[str, Any] = {
        "编号": desk.numbers.item("Q", day),
        "级别": level,
        "次数": sum(1 for each, _ in dropout.steps[: place + 1] if each == level),
        "时间": instant(day, desk.clock("14:30", "18:00")),
        "地点": desk.child.family.address if level != "三级" else f"{places.TOWN}人民政府会议室",
        "参加人": _people(desk, level, day),
        "携带材料": list(_MATERIALS[level]),
        "过程": desk.say(_TOLD[level]),
        "家长态度": desk.say(_GUARDIANS_OPEN if comes_back else _GUARDIANS_CLOSED),
        "学生态度": desk.say(_CHILD_OPEN if comes_back else _CHILD_CLOSED),
        "结果": "同意返校" if comes_back else "仍未同意返校",
    }
    if dropout.returned and comes_back:
        data["承诺返校日"] = f"{dropout.returned}"
    data["下一步"] = desk.say(_NEXT_OPEN if comes_back else _NEXT_CLOSED[level])
    data["记录人"] = desk.homeroom(day)
    return {**data, **_signature(desk, level, is_refused=dropout.is_refusing and level == "二级")}


def _signature(desk: Desk, level: str, *, is_refused: bool) -> dict[str, Any]:
    if is_refused:
        return {"签字": "拒签", "见证人": f"{desk.child.family.village}干部", **_box(desk)}
    return {"签字": "已签", **_box(desk)} if level != "三级" else {"签字": "待签"}


def _box(desk: Desk) -> dict[str, Any]:
    return {"存放": {"盒号": f"控辍-{desk.setting.start}", "件号": f"{desk.dice.number(1, 60)}"}}


def _people(desk: Desk, level: str, day: date) -> list[dict[str, str]]:
    leader, village = desk.staff.leader, desk.child.family.village
    subject_teacher = desk.staff.core_teachers(desk.child.plan.id, day)[0][1]
    head = desk.staff.grade_head[desk.child.plan.grade_id]
    staff = {
        "一级": (desk.homeroom(day), subject_teacher),
        "二级": (leader["分管副校长"], head, desk.homeroom(day)),
        "三级": (leader["校长"], leader["分管副校长"]),
    }[level]
    found = [{"教师": who} for who in dict.fromkeys(staff)]
    if level == "二级":
        found.append({"单位职务": f"{village}{'居委会' if village.endswith('社区') else '村委会'}干部"})
    if level == "三级":
        found += [{"单位职务": f"{places.TOWN}分管教育负责人"}, {"单位职务": f"{places.TOWN}派出所民警"}]
    return [*found, desk.guardian()]


_UNREACHED: Bank = ("连续三个上课日未到校，[电话多次无人接|监护人电话关机]，[邻居也不知去向|发消息未回]。",)
_REFUSED: Bank = (
    "连续三个上课日未到校，监护人接通电话但[说孩子不愿读|不同意送回]，[称已另有打算|请学校别再打]。",
)
_TOLD: dict[str, Bank] = {
    "一级": (
        "到家时{家人}正要出门，{他}[在亲戚家|在镇上帮工]，请{家人}[打电话叫回|一起去接]。坐下说了[这几天的课和同学的问候|学校留着座位]，[{他}先不作声，后来问补课的事|{家人}说前几天电话没电]，[答应再想一晚|请老师次日再来]。",
        "上门见到{家人}，{他}[在里屋不肯出来|从外面刚回]。讲了义务教育的规定和{他}在校的长处，[带去同学写的便条|问清不来的缘由：{科}跟不上、怕见同学]，[约好明天再谈|答应调整作业和座位]。",
    ),
    "二级": (
        "分管副校长会同村干部上门，[分头与家长、孩子谈|从家里的难处谈起]，说明[资助、托管和小班辅导的安排|义务教育法和未成年人保护法的要求]，[送达劝学通知书|请家长在回执上签字]，{他}[提出想换座位、少考试|说想去学技术]，学校[当场答应补课和座位|介绍职业体验课]。",
        "第二次上门，[家长态度略有松动|家长仍坚持]，村干部[讲了身边的例子|答应帮忙找活]，{他}[坐在门口听|翻看课本]，[约定观察三天|再次说明期限]。",
    ),
    "三级": (
        "学校已书面报告镇政府和县教育局；镇政府牵头约谈家长，派出所、村委会参加，学校提供在校表现和历次劝返记录，[由镇政府提出返校要求|约定一周内答复]。",
    ),
}
_GUARDIANS_OPEN: Bank = ("[表示理解，愿意送孩子返校|后悔没早沟通]。", "[同意第二天送到校|请学校多费心]。")
_GUARDIANS_CLOSED: Bank = (
    "[客气但不表态|说由孩子自己定]。",
    "[情绪激动|强调家里需要人手]，[没有签字|答应再想想]。",
)
_CHILD_OPEN: Bank = ("[想同学，愿意回来|担心功课跟不上，答应试试]。",)
_CHILD_CLOSED: Bank = ("[低头不语|说不想上学]，[问起{爱好}才抬头|对将来没有打算]。",)
_NEXT_OPEN: Bank = ("返校当天[班主任在校门口接|结对教师陪一天]，[补课两周|每日联系家长]，跟踪三十个上课日。",)
_NEXT_CLOSED: dict[str, Bank] = {
    "一级": ("次日[再访|请分管副校长和村干部一起上门]，[继续电话联系|联系在外的亲属]。",),
    "二级": ("[三个上课日内再访|如仍未返校，写书面报告报镇政府和教育局]，[准备帮扶方案|落实资助]。",),
    "三级": ("配合镇政府[继续做工作|按期限督促]，学校[保留座位和学籍|准备补课安排]。",),
}
