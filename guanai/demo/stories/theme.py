"""What a talk is about, with everything a teacher may write of it."""

from dataclasses import dataclass

from guanai.demo.wording import Bank


@dataclass(frozen=True, slots=True)
class Theme:
    """One matter that teachers and a child work on.

    Attributes:
        topics: wordings of 主题.
        occasions: why they talked (缘由).
        contents: what was said (内容), 2 to 4 sentences each.
        attitudes: how the child took it (学生态度).
        agreements: what was agreed (约定与措施).
        strategies: 教育策略 of a month.
        effects: 教育效果 of a month.
        lessons: 经验与教训 of a month.
        goals: goals (成长目标, 阶段目标) that a term can reach.
    """

    topics: Bank
    occasions: Bank
    contents: Bank
    attitudes: Bank
    agreements: Bank
    strategies: Bank
    effects: Bank
    lessons: Bank
    goals: Bank
