"""The school itself: name, grades, classes and villages."""

from collections.abc import Sequence
from typing import Any

from guanai.demo import names, places
from guanai.demo.layout import ClassPlan
from guanai.demo.setting import Setting
from guanai.demo.staff import Staff
from guanai.schema.steps import RECORD_VERSION


def school_record(setting: Setting, classes: Sequence[ClassPlan], staff: Staff) -> dict[str, Any]:
    """Return school.yml; it says of itself that everybody in it is invented."""
    dice = setting.dice("school")
    is_nine_year = any(not each.is_junior for each in classes)
    short = f"{places.TOWN[:-1]}{'学校' if is_nine_year else '中学'}"
    return {
        "名称": f"{places.COUNTY}{places.TOWN}{'九年一贯制学校' if is_nine_year else '初级中学'}",
        "简称": short,
        "学校标识码": f"99{dice.number(0, 99_999_999):08d}",
        "发文代字": short,
        "学段": ["小学", "初中"] if is_nine_year else ["初中"],
        "学制": "六三制",
        "地址": f"{places.COUNTY}{places.TOWN}学府路18号",
        "电话": places.landline(dice),
        "乡镇": f"{places.TOWN}人民政府",
        "教育局": f"{places.COUNTY}教育局",
        "记录版本": RECORD_VERSION,
        "采用分类": "十类",
        "年级": [{"编号": grade, "年级组长": head} for grade, head in staff.grade_head.items()],
        "班级": [
            {
                "编号": each.id,
                "教室": f"{'求真楼' if each.is_junior else '启明楼'}{each.grade % 4 + 1}{each.id[-2:]}",
            }
            for each in classes
        ],
        "村社": [
            {
                "名称": village,
                "联系人": names.person(dice, names.Age.ADULT, dice.pick("男女")),
                "电话": places.phone(dice),
            }
            for village in places.VILLAGES
        ],
        "演示": True,
    }
