"""A small workspace that has nothing wrong with it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from guanai.check import check
from guanai.errors import Problem

ON = date(2026, 11, 20)

FILES = {
    "records/school.yml": """\
名称: 云溪初级中学
发文代字: 云溪中学
学段:
  - 初中
记录版本: 1
年级:
  - 编号: J2024
    年级组长: T-2AAA
班级:
  - 编号: J2024-03
""",
    "records/staff.yml": """\
教职工:
  - 编号: T-3XK9
    姓名: 周明远
    任职:
      - 角色: 班主任
        范围: J2024-03
        起: 2024-09-01
  - 编号: T-2AAA
    姓名: 何静
    任职:
      - 角色: 年级组长
        范围: J2024
        起: 2024-09-01
""",
    "records/access.yml": "角色: []\n",
    "records/calendar/2026-2027.yml": """\
学年: 2026-2027
学期:
  - 编号: 2026-2027-1
    开学: 2026-09-01
    放假: 2027-01-22
""",
    "records/students/2024/S2024-7K3QD.yml": """\
编号: S2024-7K3QD
姓名: 阿依古丽·买买提
性别: 女
出生日期: 2012-05-06
证件:
  类型: 居民身份证
  号码: "990101201205060026"
学籍号: G990101201205060026
学籍:
  - 编号: X-2345
    班级: J2024-03
    状态: 在籍
    起: 2024-09-01
特殊情形:
  - 编号: C-K2W8
    情形: 留守
    起: 2024-09-10
    依据: 未成年人保护法-29
预警:
  - 编号: W20261023-M4TR
    等级: 黄
    日期: 2026-10-23
    理由: 连续三天迟到
    决定人: T-2AAA
过程记录:
  - 编号: E20261102-7K3Q
    类型: 谈话
    时间: 2026-11-02T16:40+08:00
    记录人: T-3XK9
    内容: 和 @S2024-8M4RE 一起谈了值日的事
""",
    "records/students/2024/S2024-8M4RE.yml": """\
编号: S2024-8M4RE
姓名: 欧阳若水
性别: 男
学籍:
  - 编号: X-2346
    班级: J2024-03
    状态: 在籍
    起: 2024-09-01
""",
}
FIRST = "records/students/2024/S2024-7K3QD.yml"

Workspace = Callable[..., list[Problem]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The workspace as files."""
    for path, text in FILES.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def after(root: Path) -> Workspace:
    """Check after a replacement in one file (or with a new file, when nothing is replaced)."""

    def run(old: str = "", new: str = "", path: str = FIRST) -> list[Problem]:
        file = root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        text = file.read_text(encoding="utf-8") if file.exists() else ""
        assert old in text
        file.write_text(text.replace(old, new) if old else new or text, encoding="utf-8")
        return list(check(root, on=ON))

    return run
