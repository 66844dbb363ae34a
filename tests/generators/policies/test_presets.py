"""The six presets: every provision of their sources, its figures once, in words of our own."""

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
    source: str, slug: str, rows: list[dict[str, Any]], clauses: Callable[[Policy], dict[str, str]]
) -> None:
    wanted = {row["id"] for row in rows if source in row["where"]}
    assert set(clauses(load_preset(slug))) == wanted


def test_each_level_has_its_owner() -> None:
    duties = {each.duty.id: each.duty for each in assignments(load_preset("retention-b"))}
    owners = {
        duty.subject: duty.owner
        for name, duty in duties.items()
        if name in ("红色督办", "黄色跟进", "绿色落实")
    }
    assert owners == {"红色学生": ("校长",), "黄色学生": ("分管副校长",), "绿色学生": ("年级组长",)}


def test_a_duty_belongs_to_whom_the_source_names_and_says_when_the_choice_is_ours(
    preset: Policy, provisions: dict[str, Any], rows: list[dict[str, Any]]
) -> None:
    names = provisions["roles"] | {"academic_affairs": "教务主任", "logistics": "后勤主任"}
    by_provision: dict[str, list[Any]] = {}
    for assignment in assignments(preset):
        for provision in assignment.provisions:
            by_provision.setdefault(provision, []).append(assignment.duty)
    for row in rows:
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


def test_the_presets_travel_with_the_package() -> None:
    assert preset_path("care-a1").parent == Path(generators.__file__ or "").parent / "policies"
