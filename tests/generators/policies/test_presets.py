"""The six presets: every provision of their sources, its figures once, in words of our own."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import generators
from generators.citations import load_citations
from generators.presets import NoSuchPreset, load_preset, preset_path, preset_slugs, preset_text
from guanai.clauses import assignments, figure_problems, passages, placeholder_problems
from guanai.figures import MEANINGS
from guanai.model.policy import Policy
from guanai.resources import schemas_dir
from guanai.schema import load_schemas
from guanai.yamlfile import fmt, load

PRESETS = {
    "A1": "care-a1",
    "A2": "care-a2",
    "A3": "care-a3",
    "A4": "care-a4",
    "A5": "care-a5",
    "B": "retention-b",
}

#: Provisions that state a principle or a body and ask for no act of their own.
WITHOUT_DUTY = {"C01", "C27", "C28", "R01", "R02", "R19", "R20", "R22", "R41"}

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

#: Obsolete or labelling words, and what no school may threaten or print.
FORBIDDEN = (
    "罚款", "责任状", "一票否决", "工读", "劳教", "建档立卡", "双差生", "后进生", "学困生", "违纪生", "问题学生",
    "外来务工", "心理异质", "身心异质", "限期复学", "开除学籍", "排名次", "刑释解教", "心理困境", "行为偏差", "不健全",
    "父母双亡",
)  # fmt: skip

_SOFT_OR_COUNTED = re.compile(
    f"{'|'.join(MEANINGS)}|[0-9]|每(日|天|周|两周|月|季度|学期|学年)"
    "|[一二三四五六七八九十两]个?(天|日|小时|分钟|周|次|上课日)"
)


@pytest.fixture(params=PRESETS.values())
def preset(request: pytest.FixtureRequest) -> Policy:
    return load_preset(request.param)


def rows(provisions: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from provisions["care"]
    yield from provisions["retention"]


def test_there_are_six_presets_and_no_other() -> None:
    assert preset_slugs() == tuple(PRESETS.values())
    assert {load_preset(slug).source: slug for slug in preset_slugs()} == PRESETS


def test_an_unknown_preset_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(NoSuchPreset, match="care-a1、care-a2"):
        preset_path("../secrets")


def test_a_preset_fits_the_schema_and_stands_in_canonical_layout(preset: Policy) -> None:
    text = preset_text(preset.id)
    loaded = load(text.encode(), f"{preset.id}.yml")
    assert loaded.problems == ()
    assert load_schemas().problems("policy", loaded) == []
    assert fmt(text, load_schemas().record("policy")) == text
    assert preset_path(preset.id).stem == preset.id


def test_every_placeholder_figure_and_citation_of_a_preset_is_good(preset: Policy) -> None:
    assert placeholder_problems(preset, load_citations()) == []
    assert figure_problems(preset) == []


@pytest.mark.parametrize(("source", "slug"), PRESETS.items())
def test_a_preset_carries_exactly_the_provisions_of_its_source(
    source: str, slug: str, provisions: dict[str, Any], clauses: Callable[[Policy], dict[str, str]]
) -> None:
    wanted = {row["id"] for row in rows(provisions) if source in row["where"]}
    assert set(clauses(load_preset(slug))) == wanted


@pytest.mark.parametrize(("source", "slug"), PRESETS.items())
def test_the_figures_of_a_provision_are_read_in_its_clause(
    source: str, slug: str, clauses: Callable[[Policy], dict[str, str]]
) -> None:
    printed = clauses(load_preset(slug))
    for provision, words in FIGURES.items():
        if (source, provision) == ("A4", "C05"):  # the only source that sets no month
            continue
        for word in words:
            assert word in printed.get(provision, word), (slug, provision)


@pytest.mark.parametrize("slug", PRESETS.values())
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


def test_the_substance_of_every_provision_is_checked(provisions: dict[str, Any]) -> None:
    elsewhere = {"C01", "C27", "C28", "R02", "R09"}  # leading group, aims, categories, the three checks
    assert {row["id"] for row in rows(provisions)} - elsewhere == set(SUBSTANCE)


def test_each_level_has_its_owner() -> None:
    duties = {each.duty.id: each.duty for each in assignments(load_preset("retention-b"))}
    owners = {
        duty.subject: duty.owner
        for name, duty in duties.items()
        if name in ("红色督办", "黄色跟进", "绿色落实")
    }
    assert owners == {"红色学生": ("校长",), "黄色学生": ("分管副校长",), "绿色学生": ("年级组长",)}


def test_every_provision_with_a_cadence_is_checked_for_its_figures(provisions: dict[str, Any]) -> None:
    assert {row["id"] for row in rows(provisions) if "cadence" in row} <= set(FIGURES)


def test_a_duty_belongs_to_whom_the_source_names_and_says_when_the_choice_is_ours(
    preset: Policy, provisions: dict[str, Any]
) -> None:
    names = provisions["roles"] | {"academic_affairs": "教务主任", "logistics": "后勤主任"}
    by_provision: dict[str, list[Any]] = {}
    for assignment in assignments(preset):
        for provision in assignment.provisions:
            by_provision.setdefault(provision, []).append(assignment.duty)
    for row in rows(provisions):
        if preset.source not in row["where"] or row["id"] in WITHOUT_DUTY or "who" not in row:
            continue
        duties = by_provision[row["id"]]
        who = row["who"] if isinstance(row["who"], list) else [row["who"]]
        owners = {owner for duty in duties for owner in duty.owner}
        logistics_left_out = {"logistics"} if preset.source == "A4" else set()
        assert {names[role] for role in set(who) - logistics_left_out} <= owners, row["id"]
        assert any("责任人" in duty.ours for duty in duties) == bool(row.get("who_ours")), row["id"]


def test_no_figure_stands_outside_a_duty_or_parameter(preset: Policy) -> None:
    for passage in passages(preset):
        bare = re.sub(r"\{[^{}]*\}|一日三查", "", passage.text)  # the last is what the practice is called
        assert _SOFT_OR_COUNTED.search(bare) is None, (passage.where, bare)


def test_every_figure_and_parameter_of_a_preset_prints(preset: Policy) -> None:
    texts = " ".join(passage.text for passage in passages(preset))
    keys = ("周期", "日", "时刻", "时段", "节点", "期限", "触发天数", "触发条件", "门槛")
    for assignment in assignments(preset):
        for key, name in assignment.duty.names().items():
            if key in keys and getattr(assignment.duty, name):
                assert f"{{{assignment.duty.id}.{key}}}" in texts, (assignment.duty.id, key)
        if (assignment.duty.times or 1) > 1:
            assert f"{{{assignment.duty.id}.次数}}" in texts
    for passage in passages(preset):
        for name in passage.parameters:
            assert f"{{{name}}}" in texts


def test_no_sentence_of_the_check_list_stands_in_a_preset(preset: Policy, provisions: dict[str, Any]) -> None:
    text = preset_text(preset.id)
    for sentence in re.split(r"[，。；：、（）→\n]", "\n".join(_strings(provisions))):
        if len(re.findall(r"[\u4e00-\u9fff]", sentence)) >= 12:
            assert sentence.strip() not in text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from _strings(each)


@pytest.mark.parametrize("slug", PRESETS.values())
def test_no_paper_threatens_labels_or_uses_obsolete_words(
    slug: str, paper: Callable[[str], list[str]]
) -> None:
    for line in paper(slug):
        assert [word for word in FORBIDDEN if word in line] == []
        for sentence in re.split("[。；]", line):
            if "责令" in sentence:  # only to say whose competence it is
                assert "乡镇人民政府和县级教育行政部门的职权" in sentence


def test_the_leading_group_is_named_in_a1_and_left_open_in_a2_a4_a5(
    paper: Callable[[str], list[str]],
) -> None:
    group = [line for line in paper("care-a1") if line.startswith(("组　长", "副组长", "成　员"))]
    assert group == [
        "组　长：陈知行（校长）",
        "副组长：林望舒（分管副校长）；周怀远（副校长）；许明川（校办主任）；郭砚秋（德育主任）；顾南星、沈秋禾（年级组长）",
        "成　员：方景行、苏映雪、梁小满（班主任）",
    ]
    for slug in ("care-a2", "care-a4", "care-a5"):
        group = [line for line in paper(slug) if line.startswith(("组　长", "副组长", "成　员"))]
        assert len(group) == 3
        assert all(set(line.partition("：")[2]) <= set("〔　〕、") for line in group)
    assert not any(line.startswith("组　长") for line in paper("care-a3"))


def test_the_papers_differ_where_their_sources_do(clauses: Callable[[Policy], dict[str, str]]) -> None:
    a1, a2, a3, a4, a5, b = (clauses(load_preset(slug)) for slug in PRESETS.values())
    assert "每月" not in a4["C05"]
    assert "学生座谈会、家访" in a5["C05"]
    assert "行为规范需引导" in a1["C02"]
    assert "行为规范需引导" in a2["C02"]
    assert "行为规范需引导" not in a4["C02"]
    assert "前后两周内" in a4["C02"]
    assert "全体学生" in a5["C02"]
    assert "开学后两周内" in a5["C02"]
    assert "教务处" in a5["C02"]
    assert "隐私" in a3["C03"]
    assert "两周内" in a5["C03"]
    assert "班主任和科任教师" in a5["C04"]
    assert "亲子" in a1["C13"]
    assert "亲子" not in a5["C13"]
    assert "帮扶时间、内容、阶段目标" in a1["C21"]
    assert "帮扶时间" not in a4["C21"]
    assert "减免" in a2["C22"]
    assert "减免" not in a4["C22"]
    assert "造成不良后果" in a1["C24"]
    assert "造成严重后果" in a4["C24"]
    assert "取消" not in a5["C24"]
    assert "不得歧视" in a5["C24"]
    assert "进步奖" in a2["C25"]
    assert "进步奖" not in a1["C25"]
    assert "主力军" in a1["C27"]
    assert "主导作用" in a4["C27"]
    assert "因材施教" in a5["C27"]
    assert "汇总" in b["R18"]


def test_each_paper_prints_its_own_categories(clauses: Callable[[Policy], dict[str, str]]) -> None:
    printed = {source: clauses(load_preset(slug)) for source, slug in PRESETS.items()}
    assert "以下十类" in printed["A1"]["C28"]
    assert "留守未成年人" in printed["A2"]["C28"]
    assert "留守儿童" in printed["A4"]["C28"]
    assert "脱贫家庭和防止返贫监测对象" in printed["A4"]["C28"]
    assert "以下七类" in printed["A3"]["C28"]
    assert "以下八类" in printed["A5"]["C28"]
    assert "家庭条件特别优越" in printed["A5"]["C28"]
    assert "以下六类" in printed["B"]["R21"]
    assert "家庭经济困难、单亲或重组家庭、留守儿童、残疾儿童、学习困难" in printed["B"]["R41"]


def test_only_a5_asks_for_cases_and_only_a1_and_a2_report_upwards(
    clauses: Callable[[Policy], dict[str, str]],
) -> None:
    having = {
        word: {source for source, slug in PRESETS.items() if word in clauses(load_preset(slug))}
        for word in ("C11", "C17", "C25")
    }
    assert having == {"C11": {"A1", "A2"}, "C17": {"A5"}, "C25": {"A1", "A2"}}


def test_what_the_truncated_source_lacks_is_marked_as_ours() -> None:
    plan = load_preset("retention-b")
    points = [point for chapter in plan.chapters for clause in chapter.clauses for point in clause.paragraphs]
    ours = {provision for point in points if point.is_ours for provision in point.provisions}
    assert ours == {"R38", "R39", "R40"}
    assert all(
        clause.is_ours
        for chapter in plan.chapters
        if chapter.title == "保障措施"
        for clause in chapter.clauses
    )


def test_what_counts_as_evidence_is_a_kind_of_record() -> None:
    schemas = {
        path.name.partition(".")[0]: json.loads(path.read_text(encoding="utf-8"))
        for path in schemas_dir().glob("*.json")
    }
    student, attendance = schemas["student"]["properties"], schemas["attendance"]["properties"]
    kinds = {
        "": _kinds(student["过程记录"]) | {"建档", "预警", "总结", "摸底"},
        "计划": _kinds(student["计划"]),
        "照顾": _kinds(student["照顾"]),
        "劝返": set(student["劝返"]["items"]["properties"]["步骤"]["items"]["properties"]["级别"]["enum"]),
        "会议": {"决定", *schemas["meeting"]["properties"]["类型"]["enum"]},
        "活动": set(schemas["activity"]["properties"]["类型"]["enum"]),
        "决定": set(schemas["decision"]["properties"]["类型"]["enum"]),
        "考勤": {"核查", "联系", "报备"},
        "心理": {"筛查", "个案"},
    }
    assert {"核查", "异常"} <= attendance.keys()
    for word in _duty_schema()["properties"]["佐证"]["items"]["enum"]:
        kind, _, value = word.rpartition(".")
        assert kind == "文书" or value in kinds[kind], word


def test_the_fields_evidence_must_hold_are_fields_of_its_record(preset: Policy) -> None:
    student = json.loads((schemas_dir() / "student.schema.json").read_text(encoding="utf-8"))["properties"]
    attendance = json.loads((schemas_dir() / "attendance.schema.json").read_text(encoding="utf-8"))[
        "properties"
    ]
    steps = student["劝返"]["items"]["properties"]["步骤"]
    places = {
        "": student["过程记录"],
        "计划": student["计划"],
        "照顾": student["照顾"],
        "劝返": steps,
        "考勤": attendance["异常"],
    }
    for assignment in assignments(preset):
        known = {
            key
            for word in assignment.duty.evidence
            for key in places.get(word.rpartition(".")[0], {"items": {"properties": {}}})["items"][
                "properties"
            ]
        }
        assert set(assignment.duty.fields) <= known, assignment.duty.id


def test_a_duty_has_one_shape_in_clauses_and_in_paragraphs() -> None:
    clause = _clause_schema()["properties"]
    assert clause["职责"]["items"] == clause["款"]["items"]["properties"]["职责"]["items"]


def _kinds(items: dict[str, Any]) -> set[str]:
    return set(items["items"]["properties"]["类型"]["enum"])


def _clause_schema() -> dict[str, Any]:
    found: dict[str, Any] = json.loads((schemas_dir() / "policy.schema.json").read_text(encoding="utf-8"))
    for key in ("章", "条"):
        found = found["properties"][key]["items"]
    return found


def _duty_schema() -> dict[str, Any]:
    found: dict[str, Any] = _clause_schema()["properties"]["职责"]["items"]
    return found


def test_the_presets_travel_with_the_package() -> None:
    assert preset_path("care-a1").parent == Path(generators.__file__ or "").parent / "policies"
