"""The paper of a policy: head, notice, attachment, numbering, and what it takes from the records."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest

from generators import policy as generator
from generators.citations import UnknownCitation
from generators.context import Context
from generators.document import Document, PageBreak, Paragraph, Role, paragraphs
from generators.presets import load_preset, preset_slugs, preset_text
from guanai.clauses import UnknownPlaceholder
from guanai.model.policy import Adoption, Chapter, Clause, Duty, LeadingPost, Policy
from guanai.model.policy import Paragraph as PolicyParagraph
from guanai.model.staff import StaffMember
from guanai.yamlfile import load

DRAFT = Policy(
    id="own",
    name="考勤办法",
    kind="办法",
    chapters=(
        Chapter(
            title="考勤",
            clauses=(
                Clause(
                    id="查",
                    title="核查",
                    text="总则。",
                    paragraphs=(
                        PolicyParagraph(title="早读", text="{查.周期}一次。", items=("甲；", "乙。")),
                        PolicyParagraph(text="其他。"),
                    ),
                    duties=(
                        Duty(
                            id="查",
                            owner=("班主任",),
                            subject="班级",
                            cadence="每日",
                            evidence=("考勤.核查",),
                        ),
                    ),
                ),
                Clause(id="报", title="报告", text="第一段。\n第二段。"),
            ),
        ),
        Chapter(title="其他", clauses=(Clause(id="他", text="照此办理。"),)),
    ),
    closing="自{施行日期}起施行。",
)


def read(document: Document) -> list[tuple[Role, str]]:
    return [(one.role, one.text) for one in paragraphs(document.blocks)]


def made(policy: Policy, context: Context, on: date, *, blank: bool = False) -> Document:
    return generator.build(generator.inputs(policy, context, on), on=on, blank=blank)


def edited(slug: str, before: str, after: str) -> Policy:
    text = preset_text(slug)
    assert text.count(before) == 1
    return Policy.from_mapping(load(text.replace(before, after).encode(), f"{slug}.yml").data)


def test_a_policy_is_numbered_on_four_levels_and_its_notice_comes_first(context: Context, on: date) -> None:
    assert read(made(DRAFT, context, on)) == [
        (Role.MARK, "清河中学文件"),
        (Role.NUMBER, "清河中学〔2026〕　号（草稿）"),
        (Role.RED_RULE, ""),
        (Role.TITLE, "清河中学关于印发《考勤办法》的通知"),
        (Role.ADDRESSEE, "各年级、各处室："),
        (Role.BODY, "现印发《考勤办法》，请遵照执行。"),
        (Role.ATTACHMENT_NOTE, "附件：考勤办法"),
        (Role.SIGNER, "清河中学"),
        (Role.DATE, "2026年　月　日"),
        (Role.ATTACHMENT_LABEL, "附件"),
        (Role.TITLE, "考勤办法"),
        (Role.H1, "一、考勤"),
        (Role.H2, "（一）核查"),
        (Role.BODY, "总则。"),
        (Role.BODY, "1.早读。每日一次。"),
        (Role.BODY, "（1）甲；"),
        (Role.BODY, "（2）乙。"),
        (Role.BODY, "2.其他。"),
        (Role.BODY, "（二）报告。第一段。"),
        (Role.BODY, "第二段。"),
        (Role.H1, "二、其他"),
        (Role.BODY, "照此办理。"),
        (Role.H1, "三、附则"),
        (Role.BODY, "自印发之日起施行。"),
        (Role.IMPRINT, "清河中学办公室\t2026年　月　日印发"),
    ]


def test_an_adopted_policy_prints_its_number_and_dates(context: Context, on: date) -> None:
    adoption = Adoption(
        number="清河中学〔2026〕5号", dated_on=date(2026, 3, 1), effective_on=date(2026, 9, 1)
    )
    text = "\n".join(text for _, text in read(made(replace(DRAFT, adoption=adoption), context, on)))
    assert "清河中学〔2026〕5号\n" in text
    assert "草稿" not in text
    assert "\n2026年3月1日\n" in text
    assert "自2026年9月1日起施行。" in text
    assert text.endswith("2026年3月1日印发")


def test_a_blank_paper_leaves_names_numbers_and_dates_open(
    context: Context, paper: Callable[..., list[str]]
) -> None:
    names = {person.name for person in context.staff.values()}
    for slug in preset_slugs():
        text = "\n".join(paper(slug, blank=True))
        assert [name for name in names if name in text] == []
        assert "清河中学〔　　　〕　　号" in text
        assert "〔　　〕年〔　〕月〔　〕日" in text
        assert "自〔　　〕年〔　〕月〔　〕日起施行" in text
        assert "印发之日" not in text


def test_a_school_without_a_name_prints_a_gap(context: Context, on: date) -> None:
    nameless = replace(context, school=replace(context.school, name="", issuing_code=""))
    text = [text for _, text in read(made(DRAFT, nameless, on, blank=True))]
    assert text[:2] == ["〔　　　　〕文件", "〔　　　　〕〔　　　〕　　号"]


def test_a_long_name_takes_text_along_to_the_page_of_the_signature(context: Context, on: date) -> None:
    long = replace(DRAFT, name="特殊群体学生关爱帮扶与成长跟踪教育管理办法")
    notice = [one for one in made(long, context, on).blocks[:10] if isinstance(one, Paragraph)]
    body = [one for one in notice if one.role is Role.BODY]
    assert [one.keep for one in body] == [False, True]


def test_the_attachment_begins_a_page_and_lists_stay_with_their_sentence(context: Context, on: date) -> None:
    blocks = made(load_preset("retention-b"), context, on).blocks
    label = next(
        place
        for place, one in enumerate(blocks)
        if isinstance(one, Paragraph) and one.role is Role.ATTACHMENT_LABEL
    )
    assert isinstance(blocks[label - 1], PageBreak)
    for before, after in pairwise(blocks):
        if isinstance(after, Paragraph) and after.text.startswith(("1.父母", "组　长")):
            assert isinstance(before, Paragraph)
            assert before.keep


def test_names_follow_the_roles_of_the_day(context: Context) -> None:
    def members(on: date) -> str:
        document = made(load_preset("care-a1"), context, on)
        return next(text for role, text in read(document) if role is Role.ROLL and text.startswith("成"))

    assert members(date(2026, 10, 31)) == "成　员：方景行、何清和、苏映雪、梁小满（班主任）"
    assert members(date(2026, 11, 1)) == "成　员：方景行、苏映雪、梁小满（班主任）"
    assert members(date(2023, 9, 1)) == "成　员：〔　　　　〕（班主任）"


def test_a_school_whose_one_deputy_is_in_charge_has_no_open_seat_for_deputies(
    context: Context, on: date
) -> None:
    fewer = {key: person for key, person in context.staff.items() if person.name != "周怀远"}
    people = {
        key: replace(person, assignments=tuple(held for held in person.assignments if held.role != "副校长"))
        for key, person in fewer.items()
    }

    def deputies(staff: Mapping[str, StaffMember]) -> str:
        document = made(load_preset("care-a1"), replace(context, staff=staff), on)
        return next(text for role, text in read(document) if role is Role.ROLL and text.startswith("副组长"))

    assert deputies(people).startswith("副组长：林望舒（分管副校长）；许明川（校办主任）")
    nobody = {key: person for key, person in people.items() if person.name != "林望舒"}
    assert deputies(nobody).startswith("副组长：〔　　　　〕（分管副校长）；〔　　　　〕（副校长）；")


def test_a_post_names_people_by_id_and_says_what_it_does(context: Context, on: date) -> None:
    principal = next(iter(context.staff))
    posts = (
        LeadingPost(post="组长", staff=(principal,), duty="对{学校.名称}的工作负总责。"),
        LeadingPost(post="办公室主任", roles=("德育主任",)),
        LeadingPost(post="成员", roles=("科任教师",), by_office=True),
    )
    group = Clause(id="组", text="如下：", insert="领导小组")
    policy = replace(DRAFT, leading_group=posts, chapters=(Chapter(title="领导", clauses=(group,)),))
    lines = [text for _, text in read(made(policy, context, on))]
    place = lines.index("如下：")
    assert lines[place + 1 : place + 5] == [
        "组　长：陈知行",
        "办公室主任：郭砚秋（德育主任）",
        "成　员：各科任教师",
        "组长：对清河中学的工作负总责。",
    ]


@pytest.mark.parametrize(
    ("slug", "change", "printed"),
    [
        ("care-a1", ("周期: 每月\n", "周期: 每两周\n"), "班主任每两周对每名特殊学生"),
        ("care-a1", ("方式: 观察、家访、谈话", "方式: 观察和谈话"), "采取观察和谈话等方式"),
        ("care-a1", ("期限: 两周内", "期限: 十天内"), "每学期开学前后十天内"),
        ("retention-b", ("日: 25日", "日: 20日"), "每月20日召开研判会"),
        ("retention-b", ("期限: 24小时内", "期限: 12小时内"), "在12小时内启动三级劝返"),
        ("retention-b", ("触发天数: 3天", "触发天数: 2天"), "学生连续2天未到校"),
        ("retention-b", ('时刻: "17:00"', '时刻: "16:30"'), "每日16:30前汇总"),
        ("retention-b", ("门槛: 30分钟", "门槛: 15分钟"), "迟到超过15分钟"),
        ("retention-b", ("时段: 16:30—17:30", "时段: 16:00—17:00"), "课后时段（16:00—17:00）"),
        ("retention-b", ("          - 放学前\n", "          - 午休后\n"), "晨读、课间操、午休后"),
    ],
)
def test_changing_a_figure_in_the_file_changes_the_paper(
    slug: str, change: tuple[str, str], printed: str, context: Context, on: date
) -> None:
    old = "\n".join(text for _, text in read(made(load_preset(slug), context, on)))
    new = "\n".join(text for _, text in read(made(edited(slug, *change), context, on)))
    assert printed not in old
    assert printed in new


def test_a_duty_of_which_nothing_prints_does_not_make_the_paper_stale(context: Context, on: date) -> None:
    changed = edited("retention-b", "- 活动.专项督查", "- 会议.其他")
    assert generator.inputs(changed, context, on) == generator.inputs(load_preset("retention-b"), context, on)


def test_the_same_inputs_make_the_same_paper(context: Context, on: date) -> None:
    for slug in preset_slugs():
        assert made(load_preset(slug), context, on) == made(load_preset(slug), context, on)


def test_an_unknown_placeholder_is_refused_by_policy_clause_and_name(context: Context, on: date) -> None:
    broken = replace(
        DRAFT, chapters=(Chapter(title="考勤", clauses=(Clause(id="查", title="核查", text="{查勤.周期}"),)),)
    )
    with pytest.raises(
        UnknownPlaceholder,
        match=re.escape("《考勤办法》第一章“考勤”（一）“核查”：引用了 {查勤.周期}，但没有这个参数或职责"),
    ):
        generator.inputs(broken, context, on)


def test_a_citation_past_the_list_is_refused(context: Context, on: date) -> None:
    with pytest.raises(UnknownCitation, match="义务教育法-99"):
        generator.inputs(replace(DRAFT, basis=("义务教育法-99",)), context, on)


def test_a_taxonomy_that_is_not_there_is_refused(context: Context, on: date) -> None:
    with pytest.raises(generator.NoTaxonomy, match="八类"):
        generator.inputs(load_preset("care-a5"), replace(context, taxonomies={}), on)


def test_the_focus_groups_can_be_listed(context: Context, on: date) -> None:
    clause = Clause(id="重点", text="重点关注：", insert="重点群体")
    policy = replace(DRAFT, chapters=(Chapter(title="重点", clauses=(clause,)),))
    lines = [text for _, text in read(made(policy, context, on))]
    assert "1.家庭经济困难；" in lines
    assert "5.学习困难。" in lines
