"""Forms as data: unchanged means no patch, what is not on the page is not taken, what is typed comes back."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanai.access import FULL, Powers, actor_on, permits, powers_over, redact, refine
from guanai.access.spots import value_at
from guanai.model.base import ABSENT, HIDDEN
from guanai.schema import load_schemas
from guanai.store.snapshot import Snapshot
from guanai.store.sources import WorkTree
from guanai.web.forms import Choice, Control, FormModel, Group, Look, Rows, parse, render
from guanai.web.forms.display import errors_of, shown
from guanai.web.forms.model import Node
from guanai.workspace.founding import found_demo
from guanai.yamlfile import Add, Change, Delete, Set, applied

ON = date(2026, 11, 20)
SAMPLE = Path(__file__).parents[2]
SCHEMAS = load_schemas()
TOKEN = "ABCD2345"  # noqa: S105 -- signs of a page, no secret
EVERYTHING = Powers("", FULL, FULL, FULL, frozenset(), frozenset())


@pytest.fixture(scope="module", params=["sample", "demo"])
def snapshot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    if request.param == "sample":
        return Snapshot(WorkTree(SAMPLE), SCHEMAS)
    root = tmp_path_factory.mktemp("forms") / "demo"
    for _ in found_demo(root, students=30, seed=3, on=ON):
        pass
    return Snapshot(WorkTree(root), SCHEMAS)


def _posted(nodes: tuple[Node, ...]) -> Iterator[tuple[str, str]]:
    """Yield what a browser without JavaScript posts of a page that nobody touched."""
    for node in nodes:
        if isinstance(node, Group):
            yield from _posted(node.nodes)
        elif isinstance(node, Rows):
            for item in (*node.items, *((node.blank,) if node.blank else ())):
                yield from _posted(item.nodes)
        elif node.look in (Look.CHECKS, Look.PICKS):
            yield f"?{node.name}", "1"
            yield from ((node.name, each) for each in node.values)
        elif node.look is not Look.SHOWN:
            yield node.name, node.text.replace("\n", "\r\n")


def _choices(snapshot: Snapshot) -> dict[str, tuple[Choice, ...]]:
    return {
        "staff": tuple(Choice(key, person.name) for key, person in snapshot.staff.items()),
        "class": tuple(Choice(each.id, each.id) for each in snapshot.school.classes),
    }


def _readers(snapshot: Snapshot, kind: str, data: Any) -> Iterator[Powers]:
    """Yield everybody's powers over a record, each set of labels once."""
    seen = set()
    for person in snapshot.staff.values():
        powers = powers_over(actor_on(person, ON), kind, data, snapshot.access, on=ON)
        rights = (powers.sees, powers.appends, powers.edits)
        if powers.sees is not None and rights not in seen:
            seen.add(rights)
            yield powers


@pytest.mark.parametrize("kind", SCHEMAS.kinds)
def test_a_form_posted_unchanged_is_an_empty_patch(snapshot: Snapshot, kind: str) -> None:
    choices, shape = _choices(snapshot), SCHEMAS.record(kind)
    assert snapshot.ids(kind), f"no {kind} to try"
    for record in snapshot.ids(kind):
        data = snapshot.mapping(kind, record)
        for powers in (EVERYTHING, *_readers(snapshot, kind, data)):
            view = redact(shape, data, powers.sees or frozenset(), reader=powers.staff)
            model = render(shape, view, powers, is_all_open=True, choices=choices, token=TOKEN)
            parsed = parse(model, _posted(model.nodes))
            assert (parsed.changes, dict(parsed.errors), parsed.strays) == ((), {}, ()), (
                kind,
                record,
                powers,
            )


def _paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if path:
        yield path
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _paths(each, (*path, key))
    elif isinstance(value, list):
        for place, each in enumerate(value):
            step = each.get("编号", place) if isinstance(each, dict) else place
            yield from _paths(each, (*path, step))


def _sample() -> Snapshot:
    return Snapshot(WorkTree(SAMPLE), SCHEMAS)


_KNOWN = _sample()
_CHILD = _KNOWN.mapping("student", _KNOWN.ids("student")[0])
_EVERY_PATH = sorted({"/".join(("", *map(str, path))) for path in _paths(_CHILD)})
_TEXT = st.one_of(
    st.sampled_from(["", "红", "T-3XK9", "2026-11-20", "12", "true", "限制"]), st.text(max_size=30)
)
_NAMES = st.one_of(
    st.sampled_from(_EVERY_PATH),
    st.sampled_from([f"-{each}" for each in _EVERY_PATH]),
    st.sampled_from([f"?{each}" for each in _EVERY_PATH]),
    st.builds(lambda path, step, key: f"{path}/{step}/{key}", st.sampled_from(["/过程记录", "/预警", "/家庭/监护人", "/特殊情形"]),
              st.sampled_from(["n1", "n2", "n99", "0"]), st.sampled_from(["内容", "密级", "类型", "编号", "等级", "情形", "姓名", "证件号码"])),
    st.text(max_size=20),
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pairs=st.lists(st.tuples(_NAMES, _TEXT), max_size=12), reader=st.integers(min_value=0, max_value=3))
def test_what_lies_outside_ones_labels_survives_any_post(pairs: list[tuple[str, str]], reader: int) -> None:
    shape = SCHEMAS.record("student")
    everybody = list(_readers(_KNOWN, "student", _CHILD))
    powers = everybody[reader % len(everybody)]
    sees = powers.sees or frozenset()
    view = redact(shape, _CHILD, sees, reader=powers.staff)
    model = render(shape, view, powers, is_all_open=True, token=TOKEN)
    changes = parse(model, pairs).changes
    for change in changes:
        assert not _is_hidden(view, change), change
    refusals = permits("student", shape, refine(shape, changes, _CHILD, powers), _CHILD, powers)
    assert [each for each in refusals if not each.path] == []  # nothing speaks of a place that is not known
    after = applied(_CHILD, changes)
    for path in _paths(_CHILD):
        if value_at(view, path) is HIDDEN and not isinstance(value_at(_CHILD, path), dict | list):
            assert value_at(after, path) in (value_at(_CHILD, path), ABSENT)
            if value_at(after, path) is ABSENT:
                assert any(
                    isinstance(each, Delete) and each.path == path[: len(each.path)] for each in changes
                )


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(pairs=st.lists(st.tuples(_NAMES, _TEXT), max_size=12), reader=st.integers(min_value=0, max_value=3))
def test_whatever_was_typed_into_a_field_is_read_or_told_apart(
    pairs: list[tuple[str, str]], reader: int
) -> None:
    everybody = list(_readers(_KNOWN, "student", _CHILD))
    powers = everybody[reader % len(everybody)]
    view = redact(SCHEMAS.record("student"), _CHILD, powers.sees or frozenset(), reader=powers.staff)
    model = render(SCHEMAS.record("student"), view, powers, is_all_open=True, token=TOKEN)
    parsed = parse(model, pairs)
    stands = {each.name: {each.text, str(each.value), *each.values} for each in model.controls()}
    going = tuple(f"{name[1:]}/" for name in parsed.texts if name.startswith("-"))
    for name, text in pairs:
        if not name.startswith("/") or not text.strip() or name.startswith(going):
            continue
        is_read = name in parsed.texts or name in parsed.errors or text in stands.get(name, ())
        assert is_read != ((name, text) in parsed.strays), (name, text)


def _is_hidden(view: Any, change: Change) -> bool:
    depth = range(1, len(change.path))
    return any(value_at(view, change.path[:place]) is HIDDEN for place in depth)


@pytest.mark.parametrize("kind", SCHEMAS.kinds)
def test_what_a_form_offers_to_change_may_be_changed(kind: str) -> None:
    shape, tried = SCHEMAS.record(kind), 0
    for record in _KNOWN.ids(kind)[:3]:
        data = _KNOWN.mapping(kind, record)
        for powers in _readers(_KNOWN, kind, data):
            view = redact(shape, data, powers.sees or frozenset(), reader=powers.staff)
            model = render(shape, view, powers, is_all_open=True, choices=_choices(_KNOWN), token=TOKEN)
            for control in model.controls():
                if "n1" in control.path:
                    continue
                changes = parse(model, _touched(control)).changes
                tried += bool(changes)
                refusals = permits(kind, shape, refine(shape, changes, data, powers), data, powers)
                assert not [each.reason for each in refusals if not _is_reserved(each.reason)], control
    assert tried or kind == "counseling"


#: What no label opens: a warning's level, one's own posts and one's own sight are judged on the whole record.
def _is_reserved(reason: str) -> bool:
    known = ("预警等级", "降低预警", "预警由", "自己的任职", "不能给自己", "这样改会放宽")
    return reason.startswith(known) or "不能有“" in reason  # the floor in code: no school gives a role more


def _touched(control: Control) -> list[tuple[str, str]]:
    other = next(
        (each.value for each in control.choices if each.value not in (control.text, *control.values)), ""
    )
    if control.look in (Look.CHECKS, Look.PICKS):
        return [(f"?{control.name}", "1"), *((control.name, each) for each in (*control.values, other))]
    usual = {
        Look.NUMBER: "7",
        Look.INSTANT: "2026-11-19T08:00",
        Look.DATE: "2026-11-19",
        Look.YES_NO: "true",
        Look.PICK: other,
    }
    return [(control.name, usual.get(control.look, "改了"))]


def _one(model: FormModel, title: str) -> Control:
    return next(each for each in model.controls() if each.title == title)


def _model(data: dict[str, Any], **options: Any) -> FormModel:
    return render(SCHEMAS.record("student"), data, EVERYTHING, token=TOKEN, **options)


CHILD = {"编号": "S2024-7K3QD", "姓名": "某某", "性别": "女", "学籍": []}


@pytest.mark.parametrize(
    "text",
    [
        "一行\n两行\n\n第四行", "字" * 2000, "𠮷野家的孩子𪚥", "😀👨‍👩‍👧", "a\u200eb\u200fc", "\ufa11\uf900", "<script>alert(1)</script>",
        "\tTab 在前面", "“引号” 和 'single'", "#不是注释: 1",
    ],
)  # fmt: skip
def test_text_comes_back_as_typed(text: str) -> None:
    parsed = parse(_model(dict(CHILD)), [("/备注", text.replace("\n", "\r\n"))])
    assert parsed.changes == (Set(("备注",), text),)


@pytest.mark.parametrize("sign", ["\u0085", "\u202e", "\u2066", "\u2028", "\x07", "\ufeff"])
def test_what_no_record_may_hold_is_refused_with_the_reason(sign: str) -> None:
    parsed = parse(_model(dict(CHILD)), [("/备注", f"前{sign}后")])
    assert parsed.changes == ()
    assert "记录里不能有" in parsed.errors["/备注"]
    assert parsed.texts["/备注"] == (f"前{sign}后",)


def test_an_emptied_field_goes_and_a_required_one_is_asked_for() -> None:
    parsed = parse(_model({**CHILD, "备注": "旧"}), [("/备注", " "), ("/姓名", "")])
    assert parsed.changes == (Delete(("备注",)),)
    assert dict(parsed.errors) == {"/姓名": "这一栏要填写。"}


def test_numbers_and_yes_or_no_are_read_as_such_and_anything_else_is_refused() -> None:
    data = {
        **CHILD,
        "成绩": [
            {
                "编号": "R20261101-2345",
                "学期": "2026-2027-1",
                "日期": "2026-11-01",
                "学科": "数学",
                "类别": "期中",
            }
        ],
    }
    model = _model(data, is_all_open=True)
    score = "/成绩/R20261101-2345/分数"
    assert parse(model, [(score, "８８．５"), ("/独生子女", "false")]).changes == (
        Set(("独生子女",), value=False), Set(("成绩", "R20261101-2345", "分数"), 88.5),
    )  # fmt: skip
    for wrong in ("八十", "1e3", "nan", "1_000", "--1"):
        assert score in parse(model, [(score, wrong)]).errors


def test_a_new_item_sent_twice_from_one_page_has_the_same_number() -> None:
    pairs = [("/荣誉/n1/日期", "2026-11-02"), ("/荣誉/n1/名称", "进步之星")]
    first, second = (parse(_model(dict(CHILD)), pairs).changes for _ in range(2))
    assert first == second
    assert isinstance(first[0], Add)
    assert first[0].value["编号"][1:9] == "20261102"
    other = parse(render(SCHEMAS.record("student"), CHILD, EVERYTHING, token=TOKEN[::-1]), pairs).changes
    assert other[0] != first[0]


def test_an_untouched_blank_item_adds_nothing_and_a_begun_one_says_what_lacks() -> None:
    model = _model(dict(CHILD))
    assert parse(model, [("/荣誉/n1/日期", ""), ("/荣誉/n1/名称", "")]).changes == ()
    parsed = parse(model, [("/荣誉/n1/日期", ""), ("/荣誉/n1/名称", "进步之星")])
    assert dict(parsed.errors) == {"/荣誉/n1/日期": "这一栏要填写。"}
    again = shown(model, parsed.texts)
    assert _texts(again)["/荣誉/n1/名称"] == "进步之星"
    assert [each.name for each in errors_of(again, parsed)] == ["/荣誉/n1/日期"]


def _texts(model: FormModel) -> dict[str, str]:
    return {each.name: each.text for each in model.controls()}


def test_two_items_begun_on_one_page_both_come_back_and_both_are_added() -> None:
    model = _model(dict(CHILD))
    pairs = [
        (f"/荣誉/n{n}/{key}", text)
        for n in (1, 2)
        for key, text in (("日期", "2026-11-02"), ("名称", f"第{n}项"))
    ]
    parsed = parse(model, pairs)
    assert [each.value["名称"] for each in parsed.changes if isinstance(each, Add)] == ["第1项", "第2项"]
    assert _texts(shown(model, parsed.texts))["/荣誉/n2/名称"] == "第2项"


def test_items_without_a_number_are_changed_and_taken_away_by_their_place() -> None:
    data = {
        "编号": "M20261120-2345", "类型": "月研判会", "名称": "研判", "时间": "2026-11-20T10:00+08:00", "地点": "会议室",
        "主持人": "T-2345", "记录人": "T-2345", "议题": ["一"],
        "出席": [{"教师": "T-2345"}, {"姓名": "甲"}, {"姓名": "乙"}],
    }  # fmt: skip
    shape = SCHEMAS.record("meeting")
    model = render(shape, data, EVERYTHING, is_all_open=True)
    parsed = parse(
        model,
        [("-/出席/0", "1"), ("/出席/1/姓名", ""), ("/出席/1/单位职务", "村委会"), ("/出席/2/姓名", "丙")],
    )
    assert applied(data, parsed.changes)["出席"] == [{"单位职务": "村委会"}, {"姓名": "丙"}]


def test_a_choice_that_is_not_on_the_page_is_refused() -> None:
    parsed = parse(
        _model(dict(CHILD)), [("/性别", "甲"), ("/家庭/救助情况", "彩票"), ("?/家庭/救助情况", "1")]
    )
    assert parsed.changes == ()
    assert set(parsed.errors) == {"/性别", "/家庭/救助情况"}


def test_a_list_that_may_hold_hidden_words_is_only_added_to() -> None:
    data = {
        "班级": "J2024-03",
        "学期": "2026-2027-1",
        "逐户": [{"学生": "S2024-7K3QD", "结果": "有情形", "情形": ["留守", "监护人服刑"]}],
    }
    shape, labels = SCHEMAS.record("screening"), frozenset({"教学", "关爱"})
    powers = Powers("T-2345", labels, labels, labels, frozenset(), frozenset())
    model = render(shape, redact(shape, data, labels, reader="T-2345"), powers, is_all_open=True)
    name = "/逐户/0/情形"
    assert "监护人服刑" not in {each.value for each in _one(model, "情形").choices}
    assert parse(model, [(f"?{name}", "1"), (name, "单亲或父母离异")]).changes == (
        Add(("逐户", 0, "情形"), "单亲或父母离异"),
    )
    assert parse(model, [(f"?{name}", "1")]).changes == ()


def test_a_list_of_two_hundred_entries_is_folded_to_a_line_each() -> None:
    entries = [
        {"编号": f"E20261102-{a}{b}22", "类型": "谈话", "时间": "2026-11-02T16:40+08:00", "记录人": "T-2345", "内容": "说" * 300}
        for a in "23456789ABCDEFGH" for b in "23456789ABCDE"
    ][:200]  # fmt: skip
    data = {**CHILD, "过程记录": entries}
    rows = render(SCHEMAS.record("student"), data, EVERYTHING, at=("过程记录",)).nodes[0]
    assert isinstance(rows, Rows)
    assert (len(rows.items), sum(bool(item.nodes) for item in rows.items)) == (200, 0)
    assert rows.items[0].summary == f"2026-11-02 16:40 · 谈话 · {'说' * 24}…"
    one = render(SCHEMAS.record("student"), data, EVERYTHING, at=("过程记录", "E20261102-2222"))
    assert "/过程记录/E20261102-2222/内容" in {each.name for each in one.controls()}
