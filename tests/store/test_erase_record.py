"""One file without a child: what goes, what stays, and that the rest is as valid as before."""

import random
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanai.check.examine import examine
from guanai.paths import kind_of
from guanai.schema import load_schemas
from guanai.store.erase import MARK, Eraser, replaced
from guanai.store.legible import legible
from guanai.store.tombstones import Tombstone, read_tombstones, tombstone, written
from guanai.store.traces import Finder, Traces, sentences, traces_of
from guanai.yamlfile import load

_ROOT = Path(__file__).resolve().parents[2]
_RECORDS = {
    path.relative_to(_ROOT).as_posix(): path.read_bytes()
    for path in sorted((_ROOT / "records").rglob("*.yml"))
}
_CHILDREN = sorted(Path(path).stem for path in _RECORDS if kind_of(path) == "student")
CHILD, OTHER = "S2024-7K3QD", "S2024-AAAAA"
_MEETING = "records/meetings/2026-2027-1/M20261023-M48A.yml"
_HEAD = """\
编号: M20261023-M48A
类型: 月研判会
名称: 十月研判会
时间: 2026-10-23T16:40+08:00
地点: 会议室
主持人: T-WSLF
记录人: T-AAMF
出席:
  - 教师: T-WSLF
议题:
  - 研究
"""


def eraser(*children: str) -> Eraser:
    schemas = load_schemas()
    own = (load(raw, path).data for path, raw in _RECORDS.items() if any(child in path for child in children))
    traces = (traces_of(data, schemas.record("student"), ids=children) for data in own)
    return Eraser(Traces.joined([Traces(frozenset(children)), *traces]), schemas)


def cleaned(text: str, path: str = _MEETING, *children: str) -> str:
    result = eraser(*(children or (CHILD,))).cleaned(text.encode(), path)
    assert result is not None
    return result.decode()


@pytest.mark.parametrize("child", _CHILDREN)
def test_every_record_of_the_sample_stays_valid_without_any_child(child: str) -> None:
    without = eraser(child)
    for path, raw in _RECORDS.items():
        new = without.cleaned(raw, path)
        if new is None:
            assert child in path or kind_of(path) == "counseling"
        else:
            assert child.encode() not in new
            if new != raw:
                assert examine(new, path)[0] == examine(raw, path)[0]


def test_all_children_of_a_year_go_in_one_pass() -> None:
    without = eraser(*(child for child in _CHILDREN if child.startswith("S2024")))
    for path, raw in _RECORDS.items():
        new = without.cleaned(raw, path)
        if new is not None:
            assert b"S2024-" not in new
            assert load_schemas().is_valid(kind_of(path) or "", load(new, path).data), path


def test_a_file_without_the_child_is_the_same_object() -> None:
    raw = (_HEAD + "# 没有谁\n").encode()
    assert eraser(CHILD).cleaned(raw, _MEETING) is raw


def test_a_mention_becomes_the_mark_and_the_sentence_stays() -> None:
    text = _HEAD + f'备注: "@{CHILD}返校一周全勤；@{OTHER}晚归。"\n'
    assert f'备注: "{MARK}返校一周全勤；@{OTHER}晚归。"' in cleaned(text) or f"备注: {MARK}返校" in cleaned(
        text
    )
    assert f"@{OTHER}晚归" in cleaned(text)


def test_a_comment_loses_the_id_and_stays() -> None:
    assert f"# 见 {MARK} 的家访\n" in cleaned(_HEAD + f"# 见 @{CHILD} 的家访\n备注: 好\n")


def test_what_the_child_said_goes_and_what_others_said_stays() -> None:
    text = (
        _HEAD
        + f"""\
发言:
  - 编号: V-RQTC
    发言人:
      学生: {CHILD}
    要点: 我想说
  - 编号: V-YLUM
    发言人:
      教师: T-R4NY
    要点: 我也想说
"""
    )
    assert "我想说" not in cleaned(text)
    assert "我也想说" in cleaned(text)


def test_a_decision_about_the_child_alone_keeps_its_number_and_no_content() -> None:
    text = f"""\
编号: D20261016-77WJ
类型: 减免审批
名称: 午餐费减免审批
日期: "2026-10-16"
文号: 禾中〔2026〕5号
学生:
  - {CHILD}
内容: 减免午餐费480元。
理由: 家中劳力受伤。
金额: 480
决定人: T-AU8V
"""
    new = cleaned(text, "records/decisions/2026/D20261016-77WJ.yml")
    assert "文号: 禾中〔2026〕5号" in new
    assert all(word not in new for word in ("480", "劳力", CHILD))
    both = cleaned(
        text.replace(f"  - {CHILD}\n", f"  - {CHILD}\n  - {OTHER}\n"),
        "records/decisions/2026/D20261016-77WJ.yml",
    )
    assert "家中劳力受伤" in both
    assert OTHER in both


def test_a_peer_tutor_is_dropped_and_the_plan_stays() -> None:
    text = f"""\
编号: {OTHER}
姓名: 阿青
性别: 女
学籍:
  - 编号: X-N7GT
    班级: J2024-01
    状态: 在籍
    起: "2024-09-01"
计划:
  - 编号: P-AAAA
    类型: 学习辅导
    制定人: T-R4NY
    小导师: {CHILD}
    内容: 每天一题
"""
    new = cleaned(text, f"records/students/2024/{OTHER}.yml")
    assert "小导师" not in new
    assert "内容: 每天一题" in new


def test_a_counselling_file_goes_by_the_child_in_it() -> None:
    text = f"编号: Y2026-TVSWZ\n学生: {CHILD}\n".encode()
    assert eraser(CHILD).cleaned(text, "records/counseling/2026/Y2026-TVSWZ.yml") is None
    assert eraser(OTHER).cleaned(text, "records/counseling/2026/Y2026-TVSWZ.yml") == text


def test_a_version_that_cannot_be_read_loses_the_words_all_the_same() -> None:
    assert CHILD not in cleaned(f"编号: [\n学生: {CHILD}\n@{CHILD}")


def test_a_binary_file_with_the_child_goes_whole() -> None:
    assert eraser(CHILD).cleaned(b"\xff\xfe" + CHILD.encode(), "site/assets/a.bin") is None
    assert eraser(CHILD).cleaned(b"\xff\xfe", "site/assets/a.bin") == b"\xff\xfe"


def test_chosen_words_are_replaced_only_where_they_were_chosen() -> None:
    raw = (_HEAD + "备注: 冯小明来了\n").encode()
    assert eraser(CHILD).cleaned(raw, _MEETING) is raw
    assert f"备注: {MARK}来了".encode() in (eraser(CHILD).cleaned(raw, _MEETING, ["冯小明"]) or b"")


def test_sentences_copied_from_the_childs_file_go_from_what_speaks_of_the_child() -> None:
    said = "父亲上个月在工地摔伤了腿要休养"
    without = Eraser(Traces(frozenset([CHILD]), sentences=frozenset([said])), load_schemas())
    linked = without.cleaned((_HEAD + f'备注: "@{CHILD}：{said}。"\n').encode(), _MEETING)
    assert linked is not None
    assert said not in linked.decode()
    alone = (_HEAD + f"备注: {said}。\n").encode()
    assert without.cleaned(alone, _MEETING) is alone


def test_traces_tell_numbers_names_and_strings_apart() -> None:
    found = traces_of(
        {
            "姓名": "阿青",
            "证件": {"类型": "护照", "号码": "E12345678"},
            "家庭": {
                "住址": "清河镇3组12号",
                "监护人": [{"姓名": "阿古丽", "电话": "139 0000 2222", "证件号码": "990101198403099293"}],
            },
            "过程记录": [{"内容": "QQ号qq-998877665544，时间2026-11-02，见E20261102-7K3Q。"}],
        },
        load_schemas().record("student"),
        ids=[CHILD],
    )
    assert found.numbers == {"E12345678"}
    assert found.names == {"阿青"}
    assert found.strings == {
        "清河镇3组12号", "阿古丽", "139 0000 2222", "13900002222", "990101198403099293", "qq-998877665544",
    }  # fmt: skip


@given(
    st.lists(st.text("甲乙丙丁ab12", min_size=1, max_size=8), min_size=1, max_size=400),
    st.text("甲乙丙丁ab12", max_size=300),
)
def test_many_words_are_found_as_one_by_one(words: list[str], text: str) -> None:
    assert Finder(words).find(text) == {word for word in words if word in text}


@given(st.text("甲乙@S2024-7K3QD", max_size=60))
def test_no_word_is_left_after_replacing(text: str) -> None:
    assert CHILD not in replaced(text, [CHILD])


@given(st.text())
def test_sentences_are_parts_of_their_text(text: str) -> None:
    assert all(sentence in text for sentence in sentences(text))


@given(st.binary(max_size=200))
def test_any_bytes_are_legible(raw: bytes) -> None:
    legible(raw)
    legible(b"PK\x03\x04" + raw)
    legible(b"\x1f\x8b" + raw)


def test_tombstones_survive_a_round_trip_and_stand_once() -> None:
    rng = random.Random(3)
    one = tombstone(CHILD, secret=b"k", on=date(2026, 11, 20))
    again = Tombstone("2027-01-01", one.digest, one.key)
    other = tombstone(OTHER, secret=b"k", on=date(2026, 1, 1))
    stones = [again, one, other]
    rng.shuffle(stones)
    assert read_tombstones(written(stones)) == (other, one)
    assert read_tombstones(written(stones) + b"broken\n{}\n") == (other, one)
