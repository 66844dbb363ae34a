"""特殊情形 and 现状: what a child lives with, as its file words it."""

from datetime import date, timedelta
from typing import Any

from guanai.demo.disabilities import Support, disability_of, support_of
from guanai.demo.kinds import KINDS
from guanai.demo.stories.desk import THEMES, Desk
from guanai.demo.wording import Bank

_INCLUSIVE = frozenset({"视力", "听力", "智力"})
#: 类别 as the certificate's number writes it.
_CODES = {"视力": 1, "听力": 2, "言语": 3, "肢体": 4, "智力": 5, "精神": 6, "多重": 7}
_GRADES = {"一级": 1, "二级": 2, "三级": 3, "四级": 4}
_ILLNESSES = (
    "先天性心脏病（术后）",
    "支气管哮喘",
    "花生、坚果过敏",
    "1型糖尿病",
    "海鲜过敏",
    "癫痫（服药控制）",
    "慢性肾炎",
    "过敏性紫癜恢复期",
)


def circumstances(desk: Desk) -> list[dict[str, Any]]:
    """Return 特殊情形, one item for each."""
    return [{**_common(desk, word), **_particulars(desk, word)} for word in desk.child.kinds]


def safety_note(desk: Desk) -> str:
    """Return 课堂安全提示, what every teacher of the class should do; "" where nothing is needed."""
    if _needs_support(desk):
        return desk.say(_support(desk).safety)
    banks = [KINDS[word].safety for word in desk.child.kinds if KINDS[word].safety]
    return desk.say(banks[0]) if banks else ""


def situation(desk: Desk) -> dict[str, Any]:
    """Return 现状."""
    themes = [THEMES[name] for name in desk.child.themes]
    is_gifted = "学业特别优秀" in desk.child.kinds
    return {
        "学业": desk.say(_STUDY_GIFTED if is_gifted else _STUDY),
        "行为": desk.say(_CONDUCT),
        "致因": desk.say(_CAUSES_GIFTED if is_gifted else _CAUSES),
        "帮扶需求": desk.say(_NEEDS_GIFTED if is_gifted else _NEEDS),
        "成长目标": "".join(desk.say(theme.goals) for theme in themes[:2]),
        "更新日期": f"{_day(desk, 7, 12)}",
    }


def _needs_support(desk: Desk) -> bool:
    return bool({"残疾", "随班就读"}.intersection(desk.child.kinds))


def _support(desk: Desk) -> Support:
    return support_of(disability_of(desk.child, desk.setting.seed))


def _day(desk: Desk, low: int, high: int) -> date:
    days = desk.life.here
    return days[min(desk.dice.number(low, high), len(days) - 1)]


def _common(desk: Desk, word: str) -> dict[str, Any]:
    kind = KINDS[word]
    # What shapes a family was known when the file began; the rest came out in this term's screening.
    is_old = desk.child.filed_on < desk.setting.last_term.begins and bool(kind.shape or kind.is_restricted)
    recognized = desk.child.filed_on + timedelta(days=desk.dice.number(8, 12)) if is_old else _day(desk, 5, 9)
    data: dict[str, Any] = {
        "编号": desk.numbers.item("C"),
        "情形": word,
        "说明": desk.say(_support(desk).note if word == "残疾" else kind.notes),
        "起": f"{desk.child.filed_on if is_old else recognized}",
        "佐证": desk.say(kind.evidence),
    }
    if kind.basis:
        data["依据"] = desk.dice.pick(kind.basis)
    return data | {"认定人": desk.homeroom(recognized), "认定日期": f"{recognized}"}


def _particulars(desk: Desk, word: str) -> dict[str, Any]:
    dice = desk.dice
    kind_of_disability = disability_of(desk.child, desk.setting.seed)
    if word == "残疾":
        return _disability(desk, kind_of_disability)
    if word == "随班就读":
        return {"随班就读类别": kind_of_disability if kind_of_disability in _INCLUSIVE else "其他"}
    if word == "先天性或慢性疾病":
        return {"疾病或过敏": dice.pick(_ILLNESSES)}
    if word == "留守":
        both = sum(1 for each in desk.child.family.guardians if each.away) > 1
        return {"留守类型": "双亲外出" if both else "一方外出"}
    if word in ("学习困难", "心理困扰", "家庭经济困难"):
        return {"严重程度": dice.weighted((("轻", 5.0), ("中", 4.0), ("重", 1.0)))}
    return {}


def _disability(desk: Desk, kind: str) -> dict[str, Any]:
    grade = desk.dice.pick(tuple(_GRADES)[1:])
    number = f"{desk.child.identity_number}{_CODES[kind]}{_GRADES[grade]}"
    return {"残疾类别": kind, "残疾等级": grade, "残疾证号": number}


_STUDY: Bank = (
    "{强科}[较好|有兴趣]，{科}[基础薄弱|缺漏较多]，尤其“{点}”；[作业能交、质量一般|课堂跟得上前半节]。",
    "各科[中等|参差]，{科}[近来下滑|细节上易错]，{强科}[课上活跃|作业常得优]，[缺少预习复习的习惯|订正认真]。",
    "学习[踏实但慢|凭兴趣]，{科}[怕难|一遇综合题就停]，[愿意请教同学|需要分步引导]。",
)
_CONDUCT: Bank = (
    "[守纪|有礼貌]，当{班务}[负责|得力]，[与少数同学来往|不太主动]，[遇事忍着不说|情绪来得快去得快]。",
    "爱[动手|劳动]，[喜欢{爱好}|常和同学一起玩]，[早上容易迟到|课间爱跑动]，[经提醒能改|需要具体的约定]。",
    "[安静内向|开朗好动]，[集体活动肯出力|在小组里话少]，[对老师信任|对新环境敏感]。",
)
_CAUSES: Bank = (
    "[平时由{家人}照看，学习上帮不上忙|家里能陪伴的时间少]，[缺少固定的作息|手机时间偏多]，[学习起步慢|自信不足]。",
    "[生活环境变化|陪伴方式单一]与[方法欠缺|同伴支持少]叠加，[遇到困难习惯回避|不善表达]。",
    "[基础没打牢|课业衔接有断点]，加上[家校沟通不够及时|得到的肯定少]，[畏难|容易泄气]。",
)
_NEEDS: Bank = (
    "[每周两次{科}辅导|小导师陪伴]，[固定的谈心对象|结对教师每周谈一次]，[家里统一作息要求|每月与监护人沟通]。",
    "[课堂上给有把握的机会|班级岗位]，[课后有去处|周末有人照看]，[必要的资助按程序申请|教会求助的办法]。",
    "[情绪上的陪伴|同伴交往的指导]，[作业分层|学习方法指导]，[与{家人}保持联系|生活上的关心]。",
)

_STUDY_GIFTED: Bank = (
    "各科[好|均衡]，{强科}[学有余力|常提出课外的问题]，{科}[相对平常|愿意补一补]，[作业完成快|重复练习没兴趣]。",
)
_CAUSES_GIFTED: Bank = ("[学得快、等得久|兴趣集中在{强科}]，[任务多、休息少|对自己要求高]。",)
_NEEDS_GIFTED: Bank = (
    "[有挑战的任务|展示的机会]，[时间和作息的指导|合作与劳动的锻炼]，[与{家人}商量课外安排|当小导师]。",
)
