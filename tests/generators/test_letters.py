"""Papers in sentences: what each prints, filled and blank, who issues it and what it cites."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from generators.citations import load_citations
from generators.context import Context, Issue
from generators.document import Document, Layout, Paragraph, Role, paragraphs
from generators.letters import KINDS, Kind
from generators.letters.letter import NothingToWrite, law, quoted
from generators.presets import load_preset
from guanai.model.decision import SchoolDecision
from guanai.model.meeting import Meeting
from guanai.model.school import School
from guanai.model.student import Student
from guanai.schema import load_taxonomies

Plain = Callable[[Document], str]
Golden = Callable[[str, str], None]
Maker = Callable[..., Document]

_BY_KIND = {kind.kind: kind for kind in KINDS}
_CASE = {
    "编号": "R20261118-KK7Q",
    "触发日期": "2026-11-18",
    "触发原因": "连续三个上课日未到校。",
    "离校日期": "2026-11-16",
    "状态": "进行中",
    "步骤": [
        {
            "编号": "Q20261118-CS4N",
            "级别": "一级",
            "次数": 1,
            "时间": "2026-11-18T17:20+08:00",
            "地点": "家中",
        }
        | {"参加人": [{"教师": "T-3XK9"}, {"姓名": "李长顺", "单位职务": "村委会主任"}]}
        | {"过程": "说明法律。", "家长态度": "愿意。", "学生态度": "犹豫", "结果": "未返校"},
        {
            "编号": "Q20261119-CS4N",
            "级别": "二级",
            "次数": 1,
            "时间": "2026-11-19T17:20+08:00",
            "地点": "家中",
        }
        | {"过程": "商量。", "结果": "未返校", "携带材料": ["劝学通知书"], "承诺返校日": "2026-11-23"},
    ],
}
_PRAISE = {
    "编号": "D20260630-YNTJ",
    "类型": "表彰",
    "名称": "关于表彰优秀学生的决定",
    "日期": "2026-06-30",
    "文号": "青二实〔2026〕3号",
    "学生": ["S2024-7K3QD", "S2024-AAAA2"],
    "班级": ["J2024-03"],
    "内容": "授予@S2024-7K3QD “优秀学生”。",
    "理由": "学业踏实。",
    "决定人": "T-8PLW",
}
_TALK = {
    "类型": "班主任交流会",
    "发言": [
        {"编号": "V-2222", "议题": 1, "发言人": {"教师": "T-3XK9"}, "要点": "@S2024-7K3QD 先派活，再谈心。"},
        {"编号": "V-2223", "议题": 2, "要点": "校内处理意见。", "密级": "限制"},
        {"编号": "V-2224", "要点": "周小禾的伞借给了别人。"},
    ],
}


@pytest.fixture
def records(student: Callable[..., Student], meeting: Callable[..., Meeting]) -> dict[str, Any]:
    """Return the record each kind of letter is about."""
    child = student(劝返=[_CASE])
    return {
        "student": child,
        "school": School.from_mapping({"名称": "青禾县第二实验学校"}),
        "policy": load_preset("retention-b"),
        "meeting": meeting(**_TALK),
        "decision": SchoolDecision.from_mapping(_PRAISE),
    }


@pytest.fixture
def whole(context: Context) -> Context:
    """Return the context with a school whose record is filled in."""
    school = {
        "名称": "青禾县第二实验学校",
        "简称": "青禾二实",
        "发文代字": "青二实",
        "乡镇": "和平镇人民政府",
        "教育局": "青禾县教育局",
        "地址": "和平镇学府路1号",
        "电话": "0300-5550001",
        "村社": [{"名称": "和平村"}],
        "班级": [{"编号": "J2024-03"}],
    }
    return replace(
        context,
        school=School.from_mapping(school),
        citations=load_citations(),
        taxonomies=load_taxonomies(),
    )


@pytest.fixture
def made(records: dict[str, Any], whole: Context, today: date) -> Maker:
    """Return a maker of a letter; ``record`` in place of the usual one, None for a blank one."""

    def make(kind: str, record: Any = ..., *, context: Context = whole, **more: Any) -> Document:
        found = _BY_KIND[kind]
        about = records[found.subject] if record is ... else record
        return found.build(found.draft(about, context, today, **more), on=today, blank=about is None)

    return make


@pytest.mark.parametrize("kind", sorted(_BY_KIND))
def test_each_letter_filled_and_blank(kind: str, made: Maker, plain: Plain, golden: Golden) -> None:
    golden(kind, plain(made(kind)))
    golden(f"{kind}-blank", plain(made(kind, None)))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_a_blank_letter_has_gaps_and_no_year(kind: Kind, made: Maker) -> None:
    document = made(kind.kind, None)
    text = "\n".join(paragraph.text for paragraph in paragraphs(document.blocks))
    assert (document.blank, document.subject, document.layout) == (True, "blank", Layout.OFFICIAL)
    # The excerpt of a law is the same words for everybody.
    assert "〔　" in text or kind.kind == "law-excerpt"
    assert "2026" not in text


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_every_law_a_letter_names_comes_from_the_list(kind: Kind, made: Maker) -> None:
    known = {citation.text.partition("》")[0].removeprefix("《") for citation in load_citations().values()}
    known |= {title.removeprefix("中华人民共和国") for title in known}
    laws = re.compile(r"《([^》]*(?:法|条例|规定|通知|意见|措施))》")
    own = {"控辍保学分级干预措施", "控辍保学工作考核办法"}
    for document in (made(kind.kind), made(kind.kind, None)):
        text = "\n".join(paragraph.text for paragraph in paragraphs(document.blocks))
        assert set(laws.findall(text)) <= known | own
        # An article is never named without its law before it, in the same sentence.
        for sentence in re.split("[。；\n]", text):
            if re.search("第[一二三四五六七八九十百]+条", sentence) and kind.kind != "law-excerpt":
                assert "》" in sentence, sentence


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_the_school_and_nobody_else_issues_a_letter(kind: Kind, made: Maker) -> None:
    found = [block for block in made(kind.kind).blocks if isinstance(block, Paragraph)]
    marks = [block.text for block in found if block.role is Role.MARK]
    signers = [block.text for block in found if block.role is Role.SIGNER]
    assert set(marks) <= {"青禾县第二实验学校文件"}
    assert set(signers) <= {"青禾县第二实验学校"}
    assert (
        marks
        or signers
        or kind.kind in ("law-excerpt", "education-case", "privacy-assessment", "compliance-audit")
    )


def test_laws_are_quoted_in_their_own_words() -> None:
    assert quoted("义务教育法-14") == (
        "《中华人民共和国义务教育法》第十四条第一款规定：“禁止用人单位招用应当接受义务教育的适龄儿童、少年。”"
    )
    assert quoted("义务教育法-58").startswith("《中华人民共和国义务教育法》第五十八条规定：“适龄儿童")
    # The two bodies that may order stand in the quoted sentence itself.
    assert "由当地乡镇人民政府或者县级人民政府教育行政部门给予批评教育" in (
        law("义务教育法-58").wording or ""
    )


def test_the_notice_sets_no_deadline_and_says_whose_right_that_is(made: Maker) -> None:
    text = "\n".join(paragraph.text for paragraph in paragraphs(made("education-notice").blocks))
    assert "这是乡镇人民政府和县级教育行政部门的职权，学校没有这项职权" in text
    assert not re.search("日内返校|前返校|逾期|否则|后果自负|罚", text)
    assert "送达回证" in text


def test_a_notice_is_for_a_child_who_is_away(
    student: Callable[..., Student], whole: Context, today: date
) -> None:
    notice = _BY_KIND["education-notice"]
    back = student(劝返=[_CASE | {"复学日期": "2026-11-20"}])
    assert notice.suits is not None
    assert not notice.suits(back, whole, today)
    with pytest.raises(NothingToWrite, match="已经返校"):
        notice.draft(back, whole, today)
    assert notice.suits(back, whole, date(2026, 11, 19))
    with pytest.raises(NothingToWrite, match="没有这样一次劝返记录"):
        notice.draft(student(劝返=None), whole, today)


def test_a_number_that_was_drawn_stands_on_the_paper_and_its_receipt(
    made: Maker, whole: Context, plain: Plain
) -> None:
    key = ("劝学通知书", "S2024-7K3QD-R20261118-KK7Q")
    held = replace(whole, issued={key: Issue("青二实〔2026〕5号", date(2026, 11, 20))})
    text = plain(made("education-notice", context=held))
    assert "[发文字号] 青二实〔2026〕5号" in text
    assert "| 文书名称及文号 | 劝学通知书　青二实〔2026〕5号" in text
    assert "[成文日期] 2026年11月20日" in text
    assert "草稿" not in text
    assert "青二实〔2026〕　号（草稿）" in plain(made("education-notice"))
    # Another persuasion of the same child has a paper of its own.
    other = replace(whole, issued={("劝学通知书", "S2024-7K3QD-R20250301-AAAA"): Issue("青二实〔2025〕1号")})
    assert "草稿" in plain(made("education-notice", context=other))


def test_the_report_goes_to_bureau_and_township_and_asks_for_nothing(made: Maker, plain: Plain) -> None:
    text = plain(made("dropout-report"))
    assert "[主送机关] 青禾县教育局、和平镇人民政府：" in text
    assert "签发人：何守正" in text
    assert "1.劝返记录表（2份）" in text
    assert "2.劝学通知书及送达回证" in text
    assert not re.search("请示|请予|恳请|妥否|批复", text)


def test_measures_are_the_policys_own_figures(made: Maker, plain: Plain) -> None:
    policy = load_preset("retention-b")
    text = plain(made("intervention-measures", policy))
    assert "每学期举办2次家长开放日" in text
    assert "| 黄色学生 | 学业帮扶 | 科任教师 | 每周2次（16:30—17:30）" in text
    chapters = tuple(
        replace(
            chapter,
            clauses=tuple(
                replace(
                    clause,
                    paragraphs=tuple(
                        replace(
                            point,
                            duties=tuple(
                                replace(duty, times=3) if duty.id == "开放日" else duty
                                for duty in point.duties
                            ),
                        )
                        for point in clause.paragraphs
                    ),
                )
                for clause in chapter.clauses
            ),
        )
        for chapter in policy.chapters
    )
    changed = plain(made("intervention-measures", replace(policy, chapters=chapters)))
    assert "每学期举办3次家长开放日" in changed
    assert "| 学校 | 开放日 | 德育主任 | 每学期3次" in changed


@pytest.mark.parametrize("kind", ["intervention-measures", "assessment-method"])
def test_a_policy_without_such_clauses_makes_no_such_paper(kind: str, made: Maker) -> None:
    with pytest.raises(NothingToWrite):
        made(kind, load_preset("care-a1"))


def test_the_appraisal_ranks_nobody(made: Maker) -> None:
    text = "\n".join(paragraph.text for paragraph in paragraphs(made("assessment-method").blocks))
    for sentence in re.split("[。；，\n]", text):
        if re.search("排名|责任状|一票否决|挂钩", sentence):
            assert re.search("不", sentence), sentence
    assert not re.search("得分|扣分|加分|名次|优秀等次|末位", text)


def test_a_commendation_of_the_school_bears_its_decisions_number(made: Maker, plain: Plain) -> None:
    text = plain(made("commendation"))
    assert "[发文字号] 青二实〔2026〕3号" in text
    assert "[成文日期] 2026年6月30日" in text
    assert "受到表彰的学生：周小禾。" in text
    other = SchoolDecision.from_mapping(_PRAISE | {"类型": "取消评优资格"})
    with pytest.raises(NothingToWrite):
        made("commendation", other)


def test_a_commendation_reads_as_a_decision_whatever_words_it_was_recorded_in(
    made: Maker, plain: Plain
) -> None:
    recorded = {"名称": "关爱工作先进个人", "内容": "关爱工作扎实，予以表彰", "教师": ["T-7MN4"]}
    text = plain(made("commendation", SchoolDecision.from_mapping(_PRAISE | recorded)))
    assert "青禾县第二实验学校 ⏎ 关于表彰关爱工作先进个人的决定" in text
    assert "经学校研究，作出如下决定：关爱工作扎实，予以表彰。" in text
    assert "受到表彰的教师：顾一帆。" in text


@pytest.mark.parametrize("kind", sorted(_BY_KIND))
def test_letters_leave_the_place_of_attachments_and_numbers_to_be_read_right(kind: str, made: Maker) -> None:
    for document in (made(kind), made(kind, None)):
        told = [each for each in document.blocks if isinstance(each, Paragraph)]
        notes = [each.text for each in told if each.role is Role.ATTACHMENT_NOTE]
        assert [note for note in notes if note != note.strip()] == []
        assert [each.text for each in told if re.match("[0-9]+[.][0-9]", each.text)] == []
