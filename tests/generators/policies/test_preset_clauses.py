"""The clauses of the presets: each provision's figures and what it is about are read in it."""

from collections.abc import Callable
from typing import Any

import pytest

from generators.presets import load_preset, preset_slugs
from guanai.model.policy import Policy

#: What must be read in the clause of each provision that sets a figure.
FIGURES = {
    "C02": ("两周内",),
    "C04": ("经常",),
    "C05": ("每月",),
    "C06": ("经常",),
    "C07": ("经常",),
    "C08": ("定期",),
    "C10": ("及时",),
    "C11": ("及时",),
    "C12": ("及时",),
    "C14": ("每学期至少", "1次"),
    "C15": ("每学期末",),
    "C16": ("每学年末",),
    "C17": ("每学期末",),
    "C26": ("定期",),
    "R01": ("巩固率达到100%", "稳定就读率达到100%"),
    "R03": ("每学期初主持召开",),
    "R04": ("每月听取1次",),
    "R06": ("每两周组织年级组长开展1次",),
    "R07": ("每日17:00前", "超过30分钟"),
    "R08": ("每周组织班主任",),
    "R09": ("每日", "晨读、课间操、放学前"),
    "R10": ("1小时内联系家长",),
    "R11": ("2小时内向年级组长报备",),
    "R13": ("每月会同科任教师、家长召开1次",),
    "R14": ("及时",),
    "R15": ("每周至少谈心1次",),
    "R17": ("每月组织2次",),
    "R18": ("每学期向领导小组",),
    "R21": ("每学期初",),
    "R23": ("每周五",),
    "R24": ("每月25日",),
    "R25": ("每季度末",),
    "R26": ("每学期举办2次",),
    "R27": ("每月", "1次"),
    "R28": ("每两周填发1张",),
    "R30": ("每周安排2个课后时段", "16:30—17:30"),
    "R31": ("每月评选1次",),
    "R32": ("每两周", "1次"),
    "R35": ("每周五",),
    "R36": ("连续3天", "24小时内"),
    "R40": ("30个上课日",),
}


#: What each provision is about: must be read in its clause in every source that carries it.
SUBSTANCE = {
    "C02": ("摸底排查", "每班", "报告", "汇总"),
    "C03": ("档案", "专人保管", "隐私"),
    "C04": ("谈心", "记录"),
    "C05": ("跟踪教育", "家访", "教育策略、教育效果、经验与教训"),
    "C06": ("科任教师", "同学", "课上、课后和作业", "教育方法"),
    "C07": ("监护人", "方式", "在家", "在校", "意见"),
    "C08": ("走访", "思想、生活和学习", "收集信息", "反馈情况", "协调服务", "应助尽助"),
    "C09": ("来访人", "意见", "答复"),
    "C10": ("发现问题及时疏导", "转介心理健康教师"),
    "C11": ("方法不当", "情况特殊", "学校介入", "严重违反规章制度", "校长", "教育计划", "措施"),
    "C12": ("学校、家庭、社会三级网络", "监护人", "村（居）民委员会"),
    "C13": ("家庭教育", "集体心理辅导、心理健康课和个别咨询", "包容、平等、关爱"),
    "C14": ("家长（监护人）座谈会",),
    "C15": ("班主任", "总结"),
    "C16": ("班主任", "工作总结", "下一学年"),
    "C17": ("教育案例", "化名"),
    "C18": ("爱心", "有计划", "康复训练", "个别化教育教学方案"),
    "C19": ("特长和学习要求", "选课走班", "个性化教育计划"),
    "C20": ("预案", "优先", "班主任和科任教师"),
    "C21": ("任课教师", "计划", "学习成长档案"),
    "C22": ("班主任和科任教师", "困难"),
    "C23": ("培训",),
    "C24": ("优先", "表彰", "歧视"),
    "C25": ("研讨总结", "表彰先进个人和", "奖状"),
    "C26": ("班主任交流会",),
    "C29": ("父母", "指导"),
    "R01": ("巩固率", "新增辍学", "稳定就读率"),
    "R03": ("专题部署会", "重点难点", "督办"),
    "R04": ("听取", "汇报"),
    "R05": ("排查清单、干预措施和考核办法", "不给教师排名"),
    "R06": ("组织年级组长", "专项督查"),
    "R07": ("早退和未请假缺勤", "报分管副校长", "零报告"),
    "R08": ("组织班主任分析", "台账", "督促"),
    "R10": ("时间、方式和结果", "请假原因或者确认失联"),
    "R11": ("向年级组长报备",),
    "R12": ("一生一档动态管理", "出勤、学业、心理和家庭变动", "关注等级和转介"),
    "R13": ("科任教师、家长", "学情研判会", "自己孩子"),
    "R14": ("课堂表现异常", "班主任"),
    "R15": ("一对一结对",),
    "R16": ("心理筛查", "心理档案", "个案跟踪"),
    "R17": ("团体辅导",),
    "R18": ("领导小组", "心理风险分析报告", "不涉及个案"),
    "R19": ("家校沟通会", "宣传", "需求"),
    "R20": ("班干部", "班主任核对录入", "年级组长汇总"),
    "R21": ("每个学生家庭", "拉网式排查", "没有情况的也要注明"),
    "R22": ("红、黄、绿三级预警", "高、中、低", "依据、日期和责任人"),
    "R23": ("《周风险清单》", "本年级预警学生的变化"),
    "R24": ("领导小组", "分析辍学趋势", "策略", "提前至上一个上课日"),
    "R25": ("家长代表、社区工作人员联合评估", "更新预警等级", "学校内部确定"),
    "R26": ("家长开放日", "课堂教学和亲子活动"),
    "R27": ("电话或者视频", "家庭教育指导手册", "心理需求"),
    "R28": ("指定一名科任教师", "个人成长档案", "进步卡片"),
    "R29": ("心理健康教师", "阳光成长、抗挫折", "主题班会"),
    "R30": ("成绩优秀的同学共同结对", "个性化辅导计划", "语文、数学、英语", "小导师"),
    "R31": ("进步之星", "荣誉证书和学习用品", "不出现学习困难"),
    "R32": ("心理健康教师", "沙盘、绘画"),
    "R33": ("辍学后又返校", "自愿"),
    "R34": ("最低生活保障、临时救助", "课后托管"),
    "R35": ("亲情联系角", "留守儿童免费", "视频通话"),
    "R36": ("失联", "启动三级劝返"),
    "R37": ("会同科任教师上门", "义务教育法节选", "在校表现资料", "面对面", "《劝返记录表》"),
    "R38": ("分管副校长", "村（居）干部", "《劝返记录表》", "劝学通知书", "送达回证"),
    "R39": ("书面报告", "乡镇人民政府（街道办事处）", "教育行政部门", "由其出具"),
    "R40": ("返校后", "没有无故缺勤", "稳定就读"),
    "R41": ("一个都不能少", "早发现、早干预、早劝返"),
}


@pytest.mark.parametrize("slug", preset_slugs())
def test_the_figures_of_a_provision_are_read_in_its_clause(
    slug: str, clauses: Callable[[Policy], dict[str, str]]
) -> None:
    preset = load_preset(slug)
    printed = clauses(preset)
    for provision, words in FIGURES.items():
        if (preset.source, provision) == ("A4", "C05"):  # the only source that sets no month
            continue
        for word in words:
            assert word in printed.get(provision, word), (slug, provision)


@pytest.mark.parametrize("slug", preset_slugs())
def test_the_substance_of_a_provision_is_read_in_its_clause(
    slug: str, clauses: Callable[[Policy], dict[str, str]]
) -> None:
    printed = clauses(load_preset(slug))
    missing = {
        (provision, word)
        for provision, words in SUBSTANCE.items()
        for word in words
        if provision in printed and word not in printed[provision]
    }
    assert missing == set()


def test_the_substance_of_every_provision_is_checked(rows: list[dict[str, Any]]) -> None:
    elsewhere = {"C01", "C27", "C28", "R02", "R09"}  # leading group, aims, categories, the three checks
    assert {row["id"] for row in rows} - elsewhere == set(SUBSTANCE)


def test_every_provision_with_a_cadence_is_checked_for_its_figures(rows: list[dict[str, Any]]) -> None:
    assert {row["id"] for row in rows if "cadence" in row} <= set(FIGURES)
