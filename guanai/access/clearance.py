"""The labels of clearance: a set, never a rung."""

from enum import StrEnum


class Label(StrEnum):
    """One kind of confidential matter; who holds a label may see what carries it."""

    TEACHING = "教学"
    CARE = "关爱"
    RESTRICTED = "限制"
    IDENTITY = "证件"
    PSYCHOLOGY = "心理"


#: Every label: the edition of the shell, where who has the files has everything.
FULL = frozenset(str(label) for label in Label)

#: Roles that never see a child's file, whatever access.yml says: they keep the machine, money or the public's view.
NO_CHILD = frozenset({"系统管理员", "后勤主任", "家长代表", "教务主任"})

#: The only role that may hold the label 心理.
COUNSELOR = "心理健康教师"


def within_floor(role: str, labels: frozenset[str]) -> frozenset[str]:
    """Return what a role may keep of the labels that access.yml gives it."""
    if role in NO_CHILD:
        return frozenset()
    return labels if role == COUNSELOR else labels - {Label.PSYCHOLOGY}
