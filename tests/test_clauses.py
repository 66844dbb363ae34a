"""The clauses of a policy: where they stand, what their placeholders mean, what check has to say."""

from dataclasses import replace

import pytest
import yaml

from guanai import clauses
from guanai.clauses import Passage, UnknownPlaceholder, figure_problems, fill, placeholder_problems, printed
from guanai.model.policy import Chapter, Clause, Duty, LeadingPost, Meanings, Paragraph, Policy
from guanai.resources import schemas_dir

VISIT = Duty(
    id="家访", owner=("班主任", "科任教师"), subject="特殊学生", cadence="每学期", times=2, shift="后"
)
POLICY = Policy(
    id="own",
    name="办法",
    basis=("未成年人保护法-29",),
    parameters={"地点": "家中"},
    preamble="根据{依据}。",
    leading_group=(LeadingPost(post="组长", duty="在{学校.名称}负责。"),),
    chapters=(
        Chapter(
            title="走访",
            text="在{地点}。",
            clauses=(
                Clause(
                    id="家访",
                    title="家访",
                    provisions=("C08",),
                    text="{家访.责任人}{家访.周期}{家访.次数}次，{家访.移至}。",
                    parameters={"方式": "面谈"},
                    duties=(VISIT,),
                    paragraphs=(
                        Paragraph(
                            title="款", text="{方式}和{材料}", items=("{方式}",), parameters={"材料": "笔记"}
                        ),
                    ),
                ),
            ),
        ),
    ),
    closing="自{施行日期}起。",
)


def with_text(text: str) -> Policy:
    return replace(POLICY, closing=text)


def test_every_text_is_met_in_the_order_of_the_paper() -> None:
    assert [passage.pointer for passage in clauses.passages(POLICY)] == [
        "/引言",
        "/领导小组/0/职责",
        "/章/0/标题",
        "/章/0/正文",
        "/章/0/条/0/标题",
        "/章/0/条/0/正文",
        "/章/0/条/0/款/0/标题",
        "/章/0/条/0/款/0/正文",
        "/章/0/条/0/款/0/项/0",
        "/附则",
    ]


def test_every_duty_is_met_with_its_place_and_provisions() -> None:
    (assignment,) = clauses.assignments(POLICY)
    assert assignment.pointer == "/章/0/条/0/职责/0"
    assert assignment.where == "第一章“走访”（一）“家访”"
    assert assignment.clause == "家访"
    assert assignment.provisions == ("C08",)
    assert assignment.duty is VISIT


def test_placeholders_print_duties_and_parameters() -> None:
    words = printed(POLICY)
    filled = [
        fill(POLICY, passage, words)
        for passage in clauses.passages(POLICY)
        if passage.pointer.startswith("/章")
    ]
    assert filled == [
        "走访",
        "在家中。",
        "家访",
        "班主任、科任教师每学期2次，顺延至下一个上课日。",
        "款",
        "面谈和笔记",
        "面谈",
    ]


def test_a_good_policy_has_no_problems() -> None:
    assert placeholder_problems(POLICY, {"未成年人保护法-29"}) == []
    assert figure_problems(POLICY) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{频次}", "附则：引用了 {频次}，但没有这个参数或职责；请核对名称，或者在“参数”里写上。"),
        ("{方式}", "附则：引用了 {方式}，但没有这个参数或职责；请核对名称，或者在“参数”里写上。"),
        ("{家访.时刻}", "附则：引用了 {家访.时刻}，但职责“家访”没有写“时刻”；请写上，或者改掉引用。"),
        (
            "{依据.义务教育法-29}",
            "附则：引用了 {依据.义务教育法-29}，但“依据”里没有列出 义务教育法-29；请先列入。",
        ),
        ("{家访.周期", "附则：花括号没有成对，占位符写成 {跟踪.周期} 的样子。"),
        ("家访.周期}", "附则：花括号没有成对，占位符写成 {跟踪.周期} 的样子。"),
    ],
)
def test_a_placeholder_that_stands_for_nothing_is_a_problem(text: str, message: str) -> None:
    assert placeholder_problems(with_text(text)) == [("/附则", message)]


def test_a_citation_past_the_list_is_a_problem() -> None:
    ((pointer, message),) = placeholder_problems(POLICY, set())
    assert pointer == "/依据/0"
    assert "未成年人保护法-29" in message


def test_two_duties_of_one_name_are_a_problem() -> None:
    twice = replace(POLICY.chapters[0].clauses[0], duties=(VISIT, VISIT))
    found = placeholder_problems(replace(POLICY, chapters=(replace(POLICY.chapters[0], clauses=(twice,)),)))
    assert [pointer for pointer, _ in found] == ["/章/0/条/0/职责/0/编号", "/章/0/条/0/职责/1/编号"]


def test_an_unreadable_figure_is_a_problem_at_its_key() -> None:
    lax = replace(POLICY.chapters[0].clauses[0], duties=(replace(VISIT, cadence="有空时", limit="很快"),))
    policy = replace(
        POLICY, chapters=(replace(POLICY.chapters[0], clauses=(lax,)),), meanings=Meanings(often="常常")
    )
    found = figure_problems(policy)
    assert [pointer for pointer, _ in found] == [
        "/章/0/条/0/职责/0/周期",
        "/章/0/条/0/职责/0/期限",
        "/词义/经常",
    ]
    assert found[0][1].startswith("第一章“走访”（一）“家访”：“周期”写作“有空时”")


def test_filling_in_refuses_what_check_would_report() -> None:
    with pytest.raises(UnknownPlaceholder, match="《办法》某处：引用了 "):
        fill(POLICY, Passage("/某处", "某处", "{频次}"), printed(POLICY))


def test_the_taxonomies_a_policy_may_print_are_those_there_are() -> None:
    there = yaml.safe_load((schemas_dir() / "taxonomies.yml").read_text(encoding="utf-8"))
    assert set(clauses.TAXONOMIES) == set(there)
