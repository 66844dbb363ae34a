"""The table of rights that a new school starts from, and changes as it likes."""

from typing import Any

#: Role → labels seen, appended to, edited; further labels where there is a level; further labels for a paired child.
_WITH_CASES = (
    ("校长", "教学 关爱 限制 证件", "教学 关爱 限制", "教学 关爱 限制 证件", "", ""),
    ("分管副校长", "教学 关爱 限制 证件", "教学 关爱 限制", "教学 关爱 限制 证件", "", ""),
    ("德育主任", "教学 关爱 限制 证件", "教学 关爱 限制", "教学 关爱 限制 证件", "", ""),
    ("年级组长", "教学 关爱", "教学 关爱", "", "限制", ""),
    ("班主任", "教学 关爱 限制 证件", "教学 关爱 限制", "教学 关爱 限制 证件", "", ""),
    ("副班主任", "教学 关爱", "教学 关爱", "", "", ""),
    ("科任教师", "教学", "教学 关爱", "", "", "关爱"),
    ("心理健康教师", "教学 关爱 心理", "教学 关爱 心理", "心理", "", ""),
    ("资源教师", "教学", "教学 关爱 限制", "", "", "关爱 限制"),
    ("少先队辅导员", "教学", "教学", "", "", ""),
    ("学籍管理员", "教学 证件", "教学", "教学 证件", "", ""),
)
_KEYS = ("角色", "看", "追加", "改", "有预警时另看", "结对学生另看")

#: Role → what it sees instead of children's files, and a remark.
_WITHOUT_CASES = (
    ("教务主任", "有无档案", "汇总数字，以及某名学生有没有档案"),
    ("后勤主任", "批准的减免", "姓名、班级、金额、时段，不含事由"),
    ("家长代表", "汇总", "只看全校汇总"),
    ("系统管理员", "不看学生", "账号、备份和运行情况"),
)


def access_record() -> dict[str, Any]:
    """Return access.yml."""
    return {
        "角色": [
            *(_with_cases(row) for row in _WITH_CASES),
            *(
                {"角色": role, "看": [], "只看": sees, "备注": remark}
                for role, sees, remark in _WITHOUT_CASES
            ),
        ]
    }


def _with_cases(row: tuple[str, ...]) -> dict[str, Any]:
    role, *labels = row
    return {
        "角色": role,
        **{key: words.split() for key, words in zip(_KEYS[1:], labels, strict=True) if words},
    }
