"""A save goes through to history whole, or not at all, and only for who may make it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from guanai.access.actor import UnknownStaff
from guanai.check.examine import examine
from guanai.errors import GuanaiError, NotFound
from guanai.saving import Asked, Conflict, Edit, Faulty, Held, NotPermitted, Outcome, Request, Saved, save
from guanai.saving.drafts import TakenPlace
from guanai.saving.request import UnknownBase, UnknownRecord
from guanai.schema import load_schemas
from guanai.store.note import Reason
from guanai.store.places import OwnStore, Store
from guanai.yamlfile import Add, Delete, NoSuchPlace, Set, Unwritable, load

CHILD = "S2024-886RT"
PATH = f"records/students/2024/{CHILD}.yml"
HOMEROOM, OTHER_HOMEROOM, PRINCIPAL, REGISTRAR, PHYSICS = "T-2HQG", "T-XYSK", "T-WSLF", "T-34ZJ", "T-R4NY"
COUNSELOR, GRADE_HEAD, SECOND, ADMIN = "T-C6BP", "T-9QTR", "T-AU8V", "T-3K6D"
Save = Callable[..., Outcome]
_WHEN = datetime.fromisoformat("2026-11-20T09:30+08:00")


def _talk(words: str, staff: str = HOMEROOM, **more: Any) -> dict[str, Any]:
    return {
        "类型": "谈话",
        "时间": "2026-11-19T16:40+08:00",
        "形式": "面谈",
        "记录人": staff,
        "内容": words,
        **more,
    }


def _now(store: Store) -> Any:
    raw = store.source(store.head()).read(PATH)
    assert raw is not None
    return load(raw, PATH).data


def _saved(outcome: Outcome) -> Saved:
    assert isinstance(outcome, Saved), outcome
    return outcome


def test_a_saved_change_is_one_commit_by_its_author(store: Store, save_as: Save) -> None:
    before = store.head()
    saved = _saved(save_as(HOMEROOM, CHILD, Set(("家庭", "住址"), "新村 1 号"), reason=Reason.CORRECTION))
    assert _now(store)["家庭"]["住址"] == "新村 1 号"
    commit = next(iter(store.pair.main.log(limit=1)))
    assert (commit.id, commit.parents, commit.staff, commit.reason) == (
        saved.commit,
        (before,),
        HOMEROOM,
        "更正",
    )
    assert commit.subject == f"修改 {CHILD}"
    assert saved.versions == {PATH: store.pair.main.blob(saved.commit, PATH)}
    if isinstance(store, OwnStore):
        assert store.pair.main.run("status", "--porcelain") == b""


def test_only_the_changed_line_changes(store: Store, save_as: Save) -> None:
    old = store.source(store.head()).read(PATH)
    save_as(HOMEROOM, CHILD, Set(("家庭", "住址"), "新村 1 号"))
    new = store.source(store.head()).read(PATH)
    assert old is not None
    assert new is not None
    differing = [pair for pair in zip(old.splitlines(), new.splitlines(), strict=True) if pair[0] != pair[1]]
    assert [pair[1] for pair in differing] == ["  住址: 新村 1 号".encode()]


def test_what_stands_there_already_makes_no_commit(store: Store, save_as: Save) -> None:
    before = store.head()
    outcome = _saved(save_as(HOMEROOM, CHILD, Set((), _now(store)), Set(("姓名",), _now(store)["姓名"])))
    assert (outcome.is_changed, outcome.commit, store.head()) == (False, before, before)


def test_an_added_entry_gets_its_id_and_is_whole(store: Store, save_as: Save) -> None:
    words = "=1+1\n第二行：𠮷、㛃、“引号”、# 井号、- 横线"
    saved = _saved(save_as(HOMEROOM, CHILD, Add(("过程记录",), _talk(words)), yes=True))
    (given,) = saved.given[PATH]
    assert _now(store)["过程记录"][-1] == {"编号": given, **_talk(words)}
    raw = store.source(store.head()).read(PATH)
    assert raw is not None
    assert examine(raw, PATH)[0] == []


@pytest.mark.parametrize("sign", ["\x00", "\x1b", "\x85", "\u2028", "\u202e", "\u2066", "\ud800"])
def test_hidden_signs_are_refused(store: Store, save_as: Save, sign: str) -> None:
    before = store.head()
    with pytest.raises(Unwritable):
        save_as(HOMEROOM, CHILD, Add(("过程记录",), _talk(f"好{sign}的")))
    assert store.head() == before


def test_two_hundred_entries_are_added_one_by_one_and_all_stay(shared: Store) -> None:
    schemas, when = load_schemas(), _WHEN
    changes = tuple(Add(("过程记录",), _talk(f"第 {number} 次")) for number in range(199))
    count = len(_now(shared)["过程记录"])
    save(shared, schemas, Request(HOMEROOM, Reason.IMPORT, (Edit(CHILD, changes),), when))
    save(
        shared,
        schemas,
        Request(HOMEROOM, Reason.ENTRY, (Edit(CHILD, (Add(("过程记录",), _talk("末次")),)),), when),
    )
    entries = _now(shared)["过程记录"]
    assert len(entries) == count + 200
    assert len({entry["编号"] for entry in entries}) == count + 200


def test_who_may_not_is_refused_and_nothing_is_saved(store: Store, save_as: Save) -> None:
    before = store.head()
    with pytest.raises(NotPermitted, match="姓名"):
        save_as(PHYSICS, CHILD, Set(("姓名",), "某"))
    with pytest.raises(NotPermitted) as caught:
        save_as(PHYSICS, CHILD, Set(("健康状况",), "残疾"))
    assert "健康" not in str(caught.value)
    with pytest.raises(UnknownRecord):
        save_as(OTHER_HOMEROOM, CHILD, Set(("姓名",), "某"))
    with pytest.raises(UnknownStaff):
        save_as("T-ZZZZ", CHILD, Set(("姓名",), "某"))
    assert store.head() == before


def test_a_record_out_of_reach_and_none_at_all_are_the_same_words(save_as: Save) -> None:
    said = []
    for record in (CHILD, "S2024-ZZZZZ"):
        with pytest.raises(UnknownRecord) as caught:
            save_as(OTHER_HOMEROOM, record, Set(("姓名",), "某"))
        said.append(str(caught.value).replace(record, "…"))
    assert said[0] == said[1]


def test_changes_of_different_fields_since_the_same_version_both_stay(store: Store, save_as: Save) -> None:
    version = store.source(store.head()).version(PATH)
    save_as(HOMEROOM, CHILD, Set(("家庭", "住址"), "新村 1 号"), base=version)
    save_as(PRINCIPAL, CHILD, Set(("特长",), "画画"), base=version)
    save_as(HOMEROOM, CHILD, Add(("过程记录",), _talk("一")), base=version)
    save_as(PRINCIPAL, CHILD, Add(("过程记录",), _talk("二", PRINCIPAL)), base=version)
    now = _now(store)
    assert (now["家庭"]["住址"], now["特长"]) == ("新村 1 号", "画画")
    assert {"一", "二"} <= {entry.get("内容") for entry in now["过程记录"]}


def test_the_same_field_twice_is_one_question_with_who_and_when(store: Store, save_as: Save) -> None:
    version = store.source(store.head()).version(PATH)
    old = _now(store)["家庭"]["住址"]
    save_as(PRINCIPAL, CHILD, Set(("家庭", "住址"), "新村 1 号"))
    save_as(PRINCIPAL, CHILD, Set(("特长",), "画画"))
    before = store.head()
    outcome = save_as(HOMEROOM, CHILD, Set(("家庭", "住址"), "新村 2 号"), base=version)
    assert isinstance(outcome, Conflict)
    (item,) = outcome.items
    assert (item.path, item.place, item.title) == (PATH, ("家庭", "住址"), "家庭 › 住址")
    assert (item.base, item.mine, item.theirs) == (old, "新村 2 号", "新村 1 号")
    assert (item.who, item.when) == ("郑怀远", _WHEN)
    assert store.head() == before


def test_the_same_value_twice_is_no_question(store: Store, save_as: Save) -> None:
    version = store.source(store.head()).version(PATH)
    save_as(PRINCIPAL, CHILD, Set(("家庭", "住址"), "新村 1 号"))
    outcome = _saved(save_as(HOMEROOM, CHILD, Set(("家庭", "住址"), "新村 1 号"), base=version))
    assert not outcome.is_changed


def test_an_edit_of_what_someone_deleted_is_a_question(store: Store, save_as: Save) -> None:
    given = _saved(save_as(HOMEROOM, CHILD, Add(("过程记录",), _talk("一")))).given[PATH][0]
    version = store.source(store.head()).version(PATH)
    save_as(PRINCIPAL, CHILD, Delete(("过程记录", given)))
    outcome = save_as(HOMEROOM, CHILD, Set(("过程记录", given, "内容"), "二"), base=version)
    assert isinstance(outcome, Conflict)
    assert outcome.items[0].theirs is None
    assert outcome.items[0].who == "郑怀远"
    assert not _saved(save_as(HOMEROOM, CHILD, Delete(("过程记录", given)), base=version)).is_changed


def test_a_question_shows_nothing_that_its_reader_may_not_see(store: Store, save_as: Save) -> None:
    entry = {**_talk("一", PHYSICS), "类型": "课堂反馈"}
    given = _saved(save_as(PHYSICS, CHILD, Add(("过程记录",), entry))).given[PATH][0]
    version = store.source(store.head()).version(PATH)
    save_as(HOMEROOM, CHILD, Set(("过程记录", given, "密级"), "限制"))
    save_as(HOMEROOM, CHILD, Set(("过程记录", given, "内容"), "秘密"))
    with pytest.raises(NoSuchPlace):
        save_as(REGISTRAR, CHILD, Set(("过程记录", given, "内容"), "二"), base=version)


def test_an_entry_that_was_hidden_meanwhile_is_out_of_reach(store: Store, save_as: Save) -> None:
    entry = {**_talk("一", PHYSICS), "类型": "课堂反馈"}
    given = _saved(save_as(PHYSICS, CHILD, Add(("过程记录",), entry))).given[PATH][0]
    version = store.source(store.head()).version(PATH)
    save_as(HOMEROOM, CHILD, Set(("过程记录", given, "监护人意见"), "知道了"))
    outcome = save_as(REGISTRAR, CHILD, Set(("过程记录", given, "内容"), "二"), base=version)
    assert _saved(outcome).is_changed
    assert _now(store)["过程记录"][-1]["监护人意见"] == "知道了"


def test_a_version_of_another_record_is_no_base(store: Store, save_as: Save) -> None:
    other = store.source(store.head()).version("records/students/2024/S2024-4QC34.yml")
    for base in (other, "0" * 40, "abc", store.source(store.head()).version("records/staff.yml")):
        with pytest.raises(UnknownBase):
            save_as(HOMEROOM, CHILD, Set(("家庭", "住址"), "新村"), base=base)


def test_a_commit_is_a_base_too(store: Store, save_as: Save) -> None:
    first = store.head()
    save_as(PRINCIPAL, CHILD, Set(("家庭", "住址"), "新村 1 号"))
    assert isinstance(save_as(HOMEROOM, CHILD, Set(("家庭", "住址"), "新村 2 号"), base=first), Conflict)


def test_the_same_addition_sent_again_is_there_once(save_as: Save) -> None:
    entry = {"编号": "E20261119-Q7K3", **_talk("一")}
    save_as(HOMEROOM, CHILD, Add(("过程记录",), entry))
    assert not _saved(save_as(HOMEROOM, CHILD, Add(("过程记录",), entry))).is_changed
    saved = _saved(save_as(HOMEROOM, CHILD, Add(("过程记录",), {**entry, "内容": "二"})))
    assert saved.given[PATH] != ("E20261119-Q7K3",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (Set(("性别",), "其他"), "性别"),
        (Set(("没有的栏目",), "x"), "没有的栏目"),
        (Delete(("姓名",)), "姓名"),
        (Add(("过程记录",), {"类型": "谈话"}), "过程记录"),
        (Add(("帮扶责任人",), {"教师": "T-ZZZZ", "职责": "班主任", "起": "2026-09-01"}), "T-ZZZZ"),
        (Add(("过程记录",), _talk("@S2024-ZZZZZ 说")), "S2024-ZZZZZ"),
        (Add(("过程记录",), {**_talk("好"), "时间": "2026-12-19T16:40+08:00"}), "还没有到"),
        (Set(("学籍", "X-ZZZZ", "起"), "2024-09-01"), "X-ZZZZ"),
        (Set(("证件", "号码"), "990101201306055410"), "号码"),
        (Add(("预警",), {"等级": "红", "日期": "2026-11-19", "理由": "x", "决定人": PRINCIPAL, "会议": "M20261119-ZZZZ"}), "M20261119-ZZZZ"),
    ],
)  # fmt: skip
def test_what_would_not_be_right_is_refused_in_words(
    store: Store, save_as: Save, change: Any, words: str
) -> None:
    before = store.head()
    with pytest.raises(GuanaiError) as caught:
        save_as(PRINCIPAL, CHILD, change, yes=True)
    assert words in str(caught.value)
    assert store.head() == before


def test_two_children_have_not_the_same_number(save_as: Save) -> None:
    papers = {"类型": "护照", "号码": "E99887766"}
    save_as(PRINCIPAL, "S2024-4QC34", Delete(("学籍号",)), Set(("证件",), papers))
    with pytest.raises(Faulty, match="已在另一份档案里") as caught:
        save_as(PRINCIPAL, CHILD, Delete(("学籍号",)), Set(("证件",), papers))
    assert "S2024-4QC34" not in str(caught.value)


def test_objections_quote_nothing_hidden_and_count_nothing(store: Store, save_as: Save) -> None:
    birth = _now(store)["出生日期"]
    with pytest.raises(Faulty) as caught:
        save_as(REGISTRAR, CHILD, Set(("证件", "号码"), "990101201306055410"))
    assert birth not in str(caught.value)
    with pytest.raises(Faulty) as caught:
        save_as(
            PHYSICS, CHILD, Add(("过程记录",), {**_talk("一", PHYSICS), "类型": "课堂反馈", "形式": "当面"})
        )
    assert "项" not in str(caught.value).split("：")[1]


def test_free_text_asks_before_it_is_saved(store: Store, save_as: Save) -> None:
    before = store.head()
    texts = {
        "text.name": "和邹子墨吵架",
        "text.number": "他的号码是990101201306055410。",
        "text.word": "父亲服刑",
    }
    for code, words in texts.items():
        outcome = save_as(HOMEROOM, CHILD, Add(("过程记录",), _talk(words)))
        assert isinstance(outcome, Asked)
        assert [each.code for each in outcome.questions] == [code]
        assert store.head() == before
    own = _now(store)["姓名"]
    assert isinstance(
        save_as(HOMEROOM, CHILD, Add(("过程记录",), _talk(f"{own}说父亲服刑", 密级="限制"))), Saved
    )
    assert isinstance(save_as(HOMEROOM, CHILD, Add(("过程记录",), _talk("父亲服刑")), yes=True), Saved)
    assert isinstance(save_as(HOMEROOM, CHILD, Set(("特长",), "画画")), Saved)


def test_a_new_child_is_known_to_the_next_question(store: Store, save_as: Save) -> None:
    data = {**_new_child(), "姓名": "闻人若水"}
    saved = _saved(save_as(HOMEROOM, "student", Set((), data), is_new=True))
    (path,) = saved.versions
    assert path.startswith("records/students/2026/S2026-")
    assert isinstance(save_as(HOMEROOM, CHILD, Add(("过程记录",), _talk("和闻人若水同桌"))), Asked)
    assert next(iter(store.pair.main.log(limit=1))).subject.startswith("新增 S2026-")


def _new_child() -> dict[str, Any]:
    return {
        "姓名": "闻人若水",
        "性别": "女",
        "学籍": [{"班级": "J2024-01", "状态": "转入", "起": "2026-11-16"}],
    }


def test_a_new_record_is_made_by_who_may_and_where_it_belongs(save_as: Save) -> None:
    meeting = {
        "类型": "家长座谈会", "名称": "八年级家长会", "时间": "2026-11-19T16:40+08:00", "地点": "阶梯教室", "范围": "J2025",
        "主持人": GRADE_HEAD, "记录人": GRADE_HEAD, "出席": [{"教师": GRADE_HEAD}], "议题": ["期中情况"],
    }  # fmt: skip
    saved = _saved(save_as(GRADE_HEAD, "meeting", Set((), meeting), is_new=True))
    (path,) = saved.versions
    assert path.startswith("records/meetings/2026-2027-1/M20261119-")
    record = path.rpartition("/")[2].removesuffix(".yml")
    assert _saved(save_as(GRADE_HEAD, record, Set(("地点",), "操场"))).is_changed
    with pytest.raises(NotPermitted):
        save_as(PHYSICS, "meeting", Set((), meeting), is_new=True)
    with pytest.raises(NotPermitted):
        save_as(PHYSICS, "student", Set((), _new_child()), is_new=True)
    with pytest.raises(TakenPlace):
        save_as(PRINCIPAL, "student", Set((), {**_new_child(), "编号": CHILD}), is_new=True)
    with pytest.raises(Faulty, match="姓名"):
        save_as(PRINCIPAL, "student", Set((), {"性别": "女"}), is_new=True)
    with pytest.raises(NotFound):
        save_as(PRINCIPAL, "nothing", Set((), {}), is_new=True)


def test_the_register_of_a_class_is_kept_by_its_teachers(store: Store, save_as: Save) -> None:
    path = next(
        each
        for each in store.source(store.head()).versions()
        if "/attendance/" in each and "J2024-01" in each
    )
    data = load(store.source(store.head()).read(path) or b"", path).data
    check = {**data["核查"][-1], "实到": data["核查"][-1]["应到"], "记录人": PHYSICS}
    assert _saved(save_as(PHYSICS, path, Add(("核查",), check))).is_changed
    with pytest.raises(UnknownRecord):
        save_as(OTHER_HOMEROOM, path, Add(("核查",), check))


def test_posts_and_rules_are_kept_by_few_and_never_for_oneself(save_as: Save) -> None:
    post = {"角色": "班主任", "范围": "J2024-02", "起": "2026-11-20"}
    with pytest.raises(NotPermitted):
        save_as(HOMEROOM, "staff", Add(("教职工", HOMEROOM, "任职"), post))
    with pytest.raises(NotPermitted):
        save_as(ADMIN, "staff", Add(("教职工", ADMIN, "任职"), post))
    # He teaches there already, and acts as homeroom teacher of the other class.
    with pytest.raises(Held):
        save_as(ADMIN, "staff", Add(("教职工", PHYSICS, "任职"), {**post, "范围": "J2024-01"}))
    assert _saved(save_as(ADMIN, "staff", Set(("教职工", PHYSICS, "电话"), "13700000000"))).is_changed
    with pytest.raises(Faulty, match="不能删去"):
        save_as(ADMIN, "staff", Delete(("教职工", "T-LPVA")))


def test_several_records_are_one_commit_or_none(store: Store) -> None:
    edits = (
        Edit(CHILD, (Set(("特长",), "画画"),)),
        Edit("S2024-4QC34", (Set(("特长",), "下棋"),)),
    )
    before = store.head()
    with pytest.raises(NotPermitted):
        save(store, load_schemas(), Request(PHYSICS, Reason.ENTRY, edits, _WHEN))
    with pytest.raises(UnknownRecord):
        save(
            store, load_schemas(), Request(PRINCIPAL, Reason.ENTRY, (*edits, Edit("S2024-ZZZZZ", ())), _WHEN)
        )
    assert store.head() == before
    outcome = _saved(save(store, load_schemas(), Request(PRINCIPAL, Reason.ENTRY, edits, _WHEN)))
    assert len(outcome.versions) == 2
    assert next(iter(store.pair.main.log(limit=1))).parents == (before,)


def test_the_message_tells_nothing_of_the_child(store: Store, save_as: Save) -> None:
    name = _now(store)["姓名"]
    save_as(PRINCIPAL, CHILD, Set(("姓名",), f"{name}{name}"), Set(("特长",), "弹琴"))
    message = store.pair.main.run("log", "-1", "--format=%B%an").decode()
    assert name not in message
    assert "弹琴" not in message


def test_a_broken_roll_is_made_anew(shared: Store) -> None:
    file = shared.root / ".guanai" / "cache" / "children.sqlite"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"not a database" * 100)
    edit = Edit(CHILD, (Add(("过程记录",), _talk("和邹子墨吵架")),))
    assert isinstance(save(shared, load_schemas(), Request(HOMEROOM, Reason.ENTRY, (edit,), _WHEN)), Asked)
