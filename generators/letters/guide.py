"""A booklet for families (家庭教育指导手册): plain, useful, in our own words."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from generators import official
from generators.context import Context
from generators.document import Block
from generators.letters.letter import Kind, Letter, law, laws, part, text
from guanai.model.school import School


def draft(record: School | None, context: Context, on: date) -> Letter:  # noqa: ARG001 -- as all drafts
    """Return the booklet; it is the same for every family."""
    return Letter(
        school=context.school.name,
        title="家庭教育指导手册",
        body=tuple(_body(context)),
        subject="school" if record else "",
    )


def _body(context: Context) -> Iterator[Block]:
    phone = context.school.phone or official.GAP
    yield from text(
        f"各位家长、监护人：孩子的成长，一半在学校，一半在家里。依照{law('家庭教育促进法-39').text}，学校编写这本小册子，说的都是做得到的事，请您和家人一起看看。"
    )
    yield from part(
        "一、每天十分钟",
        "1.放下手机，听孩子说说今天的事。先听完，再说话；先问“后来呢”，少问“考了多少”。",
        "2.看见就说出来：“你今天自己收拾了书包。”说具体的事，比说“真乖”管用。",
        "3.睡够觉：小学生每天十小时左右，初中生九小时左右。睡前一小时收起手机。",
    )
    yield from part(
        "二、不在孩子身边的时候",
        f"1.请可靠的大人照看，说清楚谁管吃住、谁管学习、谁带看病。依照{laws('未成年人保护法-22', '未成年人保护法-23')}，外出打工要委托有能力的人照护，并书面告诉学校。",
        "2.定一个固定的时间打电话或者视频，每周至少一次，说了就算数。多问心情，少查作业。",
        "3.换了电话、换了地方，请马上告诉班主任。",
    )
    yield from part(
        "三、孩子学习跟不上",
        "1.先弄清卡在哪里：是没听懂、没时间做，还是不敢问。可以请任课老师一起看。",
        "2.一次只改一件小事，例如每天弄懂一道错题。做到了，就在日历上画一笔。",
        "3.不拿孩子和别人家的孩子比。和他自己的上个月比。",
    )
    yield from part(
        "四、孩子说“不想上学”",
        "1.别急着骂，也别急着答应。问三句话：“发生了什么事？”“你最难受的是什么？”“我能帮你做哪一件？”",
        "2.当天告诉班主任。早说一天，办法就多一些。",
        f"3.依照{law('义务教育法-5').text}，让孩子读完义务教育是监护人的责任；依照{law('义务教育法-14').text}，任何单位都不能招用还在义务教育阶段的孩子。",
    )
    yield from part(
        "五、手机和网络",
        "1.先定规矩再给手机：什么时候用、用多久、放在哪里。大人自己也照着做。",
        "2.告诉孩子：不把姓名、学校、住址、照片发给不认识的人；有人要照片、要钱、约见面，马上告诉大人。",
        f"3.不偷看日记和聊天记录。{law('未成年人保护法-63').text}保护孩子的隐私；担心的时候，当面问，一起想办法。",
    )
    yield from part(
        "六、心里有事的信号",
        "1.连着两周睡不好、吃不下、不愿见人、爱发脾气，或者说“活着没意思”，不是“矫情”，是在求助。",
        "2.陪着他，问他是不是想过伤害自己；把药品、刀具、农药收好；尽快联系班主任或者心理健康教师，需要时去医院。",
        "3.情况紧急，拨打110或者120，不要让孩子一个人待着。",
    )
    yield from part(
        "七、孩子被欺负，或者欺负了别人",
        f"1.先确认安全，再问经过，留好照片、聊天记录。依照{law('未成年人保护法-39').text}，学校会及时处理欺凌，请当天告诉我们。",
        "2.孩子欺负了别人，也请带他一起面对：道歉、弥补、学会换一种办法。打骂只会教会他打骂。",
        f"3.发现孩子受到伤害，可以直接报警；学校依照{law('未成年人保护法-11').text}也会立即报告。",
    )
    yield from part(
        "八、家里有困难",
        "1.钱不够、路太远、老人生病没人照看，都可以跟学校说。学校会帮您了解资助和救助政策，您说的情况只让必要的人知道。",
        f"2.依照{law('家庭教育促进法-30').text}，留守和困难家庭可以得到关爱和家庭教育指导。",
    )
    yield from part(
        "九、找谁",
        f"学校：电话{phone}。",
        f"班主任：{official.GAP}，电话{official.GAP}。",
        f"心理健康教师：{official.GAP}，电话{official.GAP}。",
        "报警：110。急救：120。",
    )


GUIDE: Final = Kind("family-guide", "家庭教育指导手册", "school", frozenset(), draft)
