"""Many who save at once, and whatever they send."""

import multiprocessing
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guanai.access import HIDDEN_NOTICE, redact
from guanai.errors import GuanaiError
from guanai.model.base import HIDDEN
from guanai.saving import Conflict, Edit, Outcome, Request, Saved, save
from guanai.saving.authority import Authority
from guanai.schema import load_schemas
from guanai.store.note import Reason
from guanai.store.places import SharedStore, Store, open_store
from guanai.yamlfile import Add, Change, Delete, Set, load

CHILD = "S2024-886RT"
PATH = f"records/students/2024/{CHILD}.yml"
_WHEN = datetime.fromisoformat("2026-11-20T09:30+08:00")
_WRITERS, _EACH = 4, 6
Save = Callable[..., Outcome]


def _entries(place: Path, writer: int, done: Any) -> None:
    store = open_store(place)
    for number in range(_EACH):
        entry = {
            "类型": "谈话",
            "时间": "2026-11-19T16:40+08:00",
            "形式": "面谈",
            "记录人": "T-2HQG",
            "内容": f"{writer}-{number}",
        }
        edit = Edit(CHILD, (Add(("过程记录",), entry),))
        outcome = save(store, load_schemas(), Request("T-2HQG", Reason.ENTRY, (edit,), _WHEN))
        done.put((f"{writer}-{number}", isinstance(outcome, Saved)))
    store.close()


def _fields(place: Path, writer: int, done: Any) -> None:
    """Read a version, set the one field, and say which of the two happened; keep what was acknowledged."""
    store = open_store(place)
    for number in range(_EACH):
        base = store.source(store.head()).version(PATH) or ""
        words = f"{writer}-{number}"
        edit = Edit(CHILD, (Set(("特长",), words),), base)
        outcome = save(store, load_schemas(), Request("T-WSLF", Reason.ENTRY, (edit,), _WHEN))
        done.put((words, isinstance(outcome, Saved)))
    store.close()


@pytest.mark.parametrize("kind", ["own", "shared"])
@pytest.mark.parametrize("work", [_entries, _fields])
def test_what_processes_save_at_once_is_all_there(
    request: pytest.FixtureRequest, school: Path, kind: str, work: Callable[[Path, int, Any], None]
) -> None:
    store: Store = request.getfixturevalue(kind)
    place = school if kind == "own" else school.with_name("school.git")
    before = len(list(store.pair.main.log()))
    context = multiprocessing.get_context("spawn")
    done = context.Queue()
    writers = [context.Process(target=work, args=(place, number, done)) for number in range(_WRITERS)]
    for each in writers:
        each.start()
    told = dict(done.get(timeout=120) for _ in range(_WRITERS * _EACH))
    for each in writers:
        each.join(60)
    assert [each.exitcode for each in writers] == [0] * _WRITERS
    acknowledged = {words for words, is_saved in told.items() if is_saved}
    assert len(list(store.pair.main.log())) == before + len(acknowledged)
    data = load(store.source(store.head()).read(PATH) or b"", PATH).data
    if work is _entries:
        assert acknowledged == set(told)
        assert acknowledged <= {entry.get("内容") for entry in data["过程记录"]}
    else:
        assert data["特长"] in acknowledged
    assert store.pair.main.run("fsck", "--strict", "--no-dangling") == b""


_SCALARS = st.sampled_from(
    ["好", "=1+1", "𠮷安", "0123", "no", "2026-11-20", "限制", "残疾", "T-34ZJ", "", "a: b", "- x", "#"]
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(["编号", "类型", "密级", "内容", "姓名", "情形", "健康状况"]), inner, max_size=3
        ),
    ),
    max_leaves=5,
)


def _places(data: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [path]
    if isinstance(data, dict):
        found += [place for key, value in data.items() for place in _places(value, (*path, key))]
    elif isinstance(data, list):
        for number, item in enumerate(data):
            step = item.get("编号", number) if isinstance(item, dict) else number
            found += _places(item, (*path, step))
    return found


_SAMPLE = Path(__file__).resolve().parents[2] / "records/students/2025/S2025-K2CUN.yml"
_ALL = st.sampled_from(_places(load(_SAMPLE.read_bytes(), "").data))
_CHANGES: st.SearchStrategy[Change] = st.one_of(
    st.builds(Set, _ALL, _VALUES), st.builds(Add, _ALL, _VALUES), st.builds(Delete, _ALL)
)
#: Subject teachers, the registrar, the counsellor, a grade head, the homeroom teacher and the one before.
_SAVERS = ("T-275K", "T-34ZJ", "T-C6BP", "T-NSRR", "T-SHM5", "T-TR2X", "T-4M8F")
_SHAPE = load_schemas().record("student")
_FILE = "records/students/2025/S2025-K2CUN.yml"


@st.composite
def _meant(draw: st.DrawFn, view: dict[str, Any], staff: str) -> Change:
    """A change such as a form sends: made of what its saver is shown."""
    places = [place for place in _places(view) if place]
    place = draw(st.sampled_from(places))
    kind = draw(st.sampled_from(["words", "words", "less", "delete", "entry", "all"]))
    if kind == "entry":
        what = draw(st.sampled_from(["课堂反馈", "谈话", "强制报告"]))
        entry = {
            "类型": what,
            "时间": "2026-11-19T16:40+08:00",
            "形式": "面谈",
            "记录人": staff,
            "内容": draw(_SCALARS),
        }
        return Add(("过程记录",), entry)
    if kind == "delete":
        return Delete(place)
    if kind == "all":
        return Set((), _lessened(draw, view))
    value = _at(view, place)
    field = _SHAPE.at(place)
    if isinstance(value, str) and field is not None and field.definition in ("note", "text"):
        return Set(place, draw(_SCALARS) or "无")
    return Set(place, _lessened(draw, value))


def _lessened(draw: st.DrawFn, value: Any) -> Any:
    """Return a value with one part dropped, marks of what is hidden in plain words."""
    gone = draw(st.sampled_from(list(value))) if isinstance(value, dict) and len(value) > 1 else None
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if key != gone}
    if isinstance(value, list) and len(value) > 1:
        return [_plain(each) for each in value[draw(st.integers(0, 1)) :]]
    return _plain(value)


def _plain(value: Any) -> Any:
    if value is HIDDEN:
        return HIDDEN_NOTICE
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value


def _at(view: Any, place: tuple[str | int, ...]) -> Any:
    for step in place:
        is_named = isinstance(view, list) and isinstance(step, str)
        view = next(item for item in view if item.get("编号") == step) if is_named else view[step]
    return view


@pytest.fixture
def moved_on(shared: SharedStore) -> tuple[SharedStore, str, str]:
    """A store in which the child's file has two versions: its first and second commit."""
    first = shared.head()
    changes = (
        Set(("过程记录", "E20260512-JE2X", "内容"), "有进展"),
        Set(("家庭", "住址"), "新村 1 号"),
        Set(("过程记录", "E20260428-6QLF", "密级"), "限制"),
        Delete(("过程记录", "E20261111-DDVP")),
    )
    request = Request("T-WSLF", Reason.REVIEW, (Edit("S2025-K2CUN", changes),), _WHEN)
    outcome = save(shared, load_schemas(), request)
    assert isinstance(outcome, Saved)
    return shared, first, outcome.commit


@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data(), staff=st.sampled_from(_SAVERS), is_late=st.booleans())
def test_no_patch_changes_a_field_outside_its_savers_labels(
    moved_on: tuple[SharedStore, str, str],
    data: st.DataObject,
    staff: str,
    is_late: bool,  # noqa: FBT001 -- drawn by hypothesis
) -> None:
    store, first, second = moved_on
    store.pair.main.run("update-ref", "refs/heads/main", second)
    old, base = (load(store.source(each).read(_FILE) or b"", _FILE).data for each in (second, first))
    powers = Authority(store.source(second), staff, _WHEN.date()).powers("student", old)
    shown = redact(_SHAPE, base if is_late else old, powers.sees or frozenset(), reader=staff)
    changes = data.draw(st.lists(_meant(shown, staff), min_size=1, max_size=2))
    if data.draw(st.integers(0, 4)) == 0:
        changes.append(data.draw(_CHANGES))
    edit = Edit("S2025-K2CUN", tuple(changes), first if is_late else "")
    try:
        outcome = save(store, load_schemas(), Request(staff, Reason.ENTRY, (edit,), _WHEN, is_confirmed=True))
    except GuanaiError:
        outcome = Conflict(())
    new = load(store.source(store.head()).read(_FILE) or b"", _FILE).data
    if not isinstance(outcome, Saved):
        assert new == old
        return
    seen, kept = _leaves(redact(_SHAPE, old, powers.sees or frozenset(), reader=staff)), _leaves(new)
    hidden = {place: value for place, value in _leaves(old).items() if seen.get(place) != value}
    assert {place: kept.get(place) for place in hidden} == hidden
    assert load_schemas().is_valid("student", new)


def _leaves(data: Any, path: tuple[str, ...] = ()) -> dict[tuple[str, ...], Any]:
    if isinstance(data, Mapping):
        return {
            place: leaf for key, each in data.items() for place, leaf in _leaves(each, (*path, key)).items()
        }
    if isinstance(data, list):
        return {
            place: leaf
            for number, each in enumerate(data)
            for place, leaf in _leaves(
                each, (*path, str(each.get("编号", number) if isinstance(each, Mapping) else number))
            ).items()
        }
    return {path: data}
