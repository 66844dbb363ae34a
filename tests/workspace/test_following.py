"""After each commit only what changed is read anew, and everybody is told what a fresh look would tell."""

import random
import re
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
import yaml

from guanai.calendar import SHANGHAI
from guanai.ids import ALPHABET
from guanai.model.policy import Policy
from guanai.rules.duties import duties_between
from guanai.rules.moment import Moment
from guanai.rules.plans import Plan, plans
from guanai.store.git import Author
from guanai.store.shared import SharedStore
from guanai.web.moments import Moments, open_shared
from guanai.workspace.facade import Workspace

_CHILD = "records/students/2025/S2025-K2CUN.yml"
_OTHER = "records/students/2024/S2024-3DKMZ.yml"
_ROLES = ("校长", "德育主任", "年级组长", "班主任", "心理健康教师", "科任教师", "后勤主任")

Change = Callable[[dict[str, bytes]], Mapping[str, bytes | None]]


def _edited(path: str, pattern: str, words: str) -> Change:
    def change(held: dict[str, bytes]) -> Mapping[str, bytes | None]:
        old = held[path].decode()
        new = re.sub(pattern, words, old, count=1)
        assert new != old, path
        return {path: new.encode()}

    return change


def _copied(held: dict[str, bytes]) -> dict[str, bytes | None]:
    words = held[_CHILD].decode().replace("S2025-K2CUN", "S2025-K2CUP")
    return {_CHILD.replace("K2CUN", "K2CUP"): words.encode()}


def _gone(kind: str) -> Change:
    return lambda held: {max(path for path in held if path.startswith(f"records/{kind}/")): None}


#: One after the other, each upon what the ones before it left.
_CHANGES: tuple[Change, ...] = (
    _edited(_CHILD, r"(?m)^性别: .*", "性别: 女  # 附注"),
    _edited(_OTHER, r"(?m)^性别: (.*)", r"性别: \1  # 附注"),
    _edited(_CHILD, r"(?<=班级: )J2025-02", "J2025-01"),
    _edited(_CHILD, r"(?m)^过程记录:\n", "过程记录:\n  - 编号: E20261103-2222\n    类型: 谈话\n    时间: 2026-11-03T12:00+08:00\n"
            "    记录人: T-WSLF\n    内容: 谈学习\n"),
    _copied,
    lambda _: {_CHILD.replace("K2CUN", "K2CUP"): None},
    _gone("attendance"),
    _gone("counseling"),
    _gone("meetings"),
    _gone("screenings"),
    _edited(_OTHER, r"(?m)^性别: .*", "性别: 甲"),  # does not fit the schema
    _edited(_OTHER, r"(?m)^性别: .*", "性别: 女"),
    _edited("records/policies/retention-b.yml", "日: 25日", "日: 20日"),
    _edited("records/staff.yml", "角色: 班主任", "角色: 副班主任"),
    _edited("records/school.yml", r"(?m)^简称: .*", "简称: 别名"),
    lambda _: {"records/学校.txt": b"no record"} | {"records/notes.yml": b"a: b\n"},
    _edited(_CHILD, "谈学习", "谈打算"),
)  # fmt: skip

_FAULTY = 10


@pytest.fixture
def store(sample: Workspace, on: date) -> SharedStore:
    def git(*arguments: str) -> None:
        command = [
            "git",
            "-c",
            "user.name=n",
            "-c",
            "user.email=n@example.org",
            "-C",
            str(sample.root),
            *arguments,
        ]
        subprocess.run(command, check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", "records")
    git("commit", "-qm", "records")
    return open_shared(sample.root, on=on)


def _commit(store: SharedStore, change: Change, number: int) -> None:
    repository = store.pair.main
    head = repository.head()
    held = {path: repository.read(blob) for path, blob in repository.blobs(head).items()}
    when = datetime(2026, 11, 20, 8, tzinfo=SHANGHAI) + timedelta(minutes=number)
    author = Author("n", "n@example.org")
    made = repository.write_tree_commit(change(held), parent=head, author=author, message="n", when=when)
    repository.move(made, head, when=when)


def _told(workspace: Workspace, staff: str, on: date, number: int = 0) -> dict[str, object]:
    """Return all that a person is told of, in the order in which it is told; each time at another time of day too."""
    view = workspace.look(staff=staff, on=on)
    facts = view.facts
    at = datetime.combine(on, time(7 + number * 7 % 11, number * 23 % 60), SHANGHAI)
    return {
        "duties": [each.as_json() for each in view.duties(on)],
        "now": [each.as_json() for each in view.duties(at)],
        "month": [each.id for each in view.duties_between(on - timedelta(days=20), on, on)],
        "children": list(facts.children.items()),
        "names": {each: view.name(each) for each in facts.children},
        "opened": view.opened,
        "deeds": facts.deeds,
        "screenings": facts.screenings,
        "attendance": facts.attendance,
        "resolutions": facts.resolutions,
        "unreadable": view.unreadable,
    }


def test_whoever_follows_sees_what_a_fresh_look_sees(sample: Workspace, store: SharedStore, on: date) -> None:
    people = {role: _somebody(sample, role) for role in _ROLES}
    moments = Moments(store)
    for staff in ("", *people.values()):
        _told(moments.now(), staff, on)
    for number, change in enumerate(_CHANGES):
        _commit(store, change, number)
        now, fresh = moments.now(), Workspace.at_head(store)
        assert bool(fresh.look(staff="", on=on).unreadable) == (number == _FAULTY), number
        assert list(now.source.versions().items()) == list(fresh.source.versions().items()), number
        for kind in ("student", "attendance", "counseling", "meeting"):
            assert now.snapshot.ids(kind) == fresh.snapshot.ids(kind), (number, kind)
        assert now.snapshot.staff == fresh.snapshot.staff, number
        assert now.snapshot.school == fresh.snapshot.school, number
        for staff in ("", *list(people.values())[number % 2 :: 2]):  # some skip a moment
            assert _told(now, staff, on, number) == _told(fresh, staff, on, number), (number, staff)


def test_a_check_concerns_whoever_another_month_s_file_says_was_missing_from_it(
    store: SharedStore, on: date
) -> None:
    """Also a child that was never in the class: such a line is odd, but what is told of it follows the check."""
    folder, moments = "records/attendance/2026-2027-1/J2024-01", Moments(store)
    missing = (
        '  - 编号: K20261120-2222\n    学生: S2025-4GHB7\n    日期: "2026-11-20"\n    节点: 晨读\n'
        "    类型: 未请假缺勤\n    记录人: T-TR2X\n"
    )
    _commit(store, _edited(f"{folder}/2026-10.yml", "(?m)^异常:\n", f"异常:\n{missing}"), 0)
    at = datetime.combine(on, time(14), SHANGHAI)
    before = moments.now().look(staff="", on=on).duties(at)
    words = r'(日期: "2026-11-20"\n    节点: 晨读\n    时间: )"07:53"'
    _commit(store, _edited(f"{folder}/2026-11.yml", words, r'\1"07:15"'), 1)
    after = moments.now().look(staff="", on=on).duties(at)
    assert after == Workspace.at_head(store).look(staff="", on=on).duties(at)
    assert after != before


def _talked(path: str, number: int) -> Change:
    item = (
        f"过程记录:\n  - 编号: E20261103-{_signs(number)}\n    类型: 谈话\n    时间: 2026-11-03T12:00+08:00\n"
    )
    return _edited(path, r"(?m)^过程记录:\n", f"{item}    记录人: T-WSLF\n    内容: 谈学习\n")


def _called(path: str, rng: random.Random) -> Change:
    """Note in a register that a check was at another time, and take one of its exceptions away."""

    def change(held: dict[str, bytes]) -> Mapping[str, bytes | None]:
        data = yaml.safe_load(held[path])
        rng.choice(data["核查"])["时间"] = f"09:{rng.randrange(10, 60)}"
        if data.get("异常") and rng.random() < 0.5:
            data["异常"].remove(rng.choice(data["异常"]))
            if not data["异常"]:
                del data["异常"]
        return {path: yaml.safe_dump(data, allow_unicode=True, sort_keys=False).encode()}

    return change


def _signs(number: int) -> str:
    return "".join(ALPHABET[number // len(ALPHABET) ** place % len(ALPHABET)] for place in range(4))


@pytest.mark.parametrize("seed", range(3))
def test_whoever_looks_now_and_then_sees_what_many_saves_left(
    sample: Workspace, store: SharedStore, on: date, seed: int
) -> None:
    people = ["", *(_somebody(sample, role) for role in _ROLES)]
    rng, moments = random.Random(seed), Moments(store)
    held = moments.now().source.versions()
    months = [path for path in held if path.startswith("records/attendance/")]
    children = [path for path in held if "/students/" in path]
    written = [
        path for path in children if "\n过程记录:\n".encode() in (moments.now().source.read(path) or b"")
    ]
    for staff in people:
        _told(moments.now(), staff, on, seed)
    for number in range(0, 40, 4):
        for place in range(number, number + rng.randrange(1, 5)):
            is_talk = rng.random() < 0.6
            _commit(
                store,
                _talked(rng.choice(written), place) if is_talk else _called(rng.choice(months), rng),
                place,
            )
        now, fresh = moments.now(), Workspace.at_head(store)
        assert not fresh.look(staff="", on=on).unreadable
        for staff in rng.sample(people, 3):
            assert _told(now, staff, on, number) == _told(fresh, staff, on, number), (number, staff)


@pytest.mark.parametrize("role", ["", "校长", "年级组长", "班主任", "心理健康教师"])
def test_what_was_worked_out_is_told_again_until_something_may_have_changed(
    sample: Workspace, on: date, role: str
) -> None:
    staff = _somebody(sample, role) if role else ""
    rng, spans = random.Random(role), []
    for _ in range(12):
        day = on - timedelta(days=rng.randrange(0, 25))
        at = datetime.combine(day, time(rng.randrange(6, 23), rng.randrange(60)), SHANGHAI)
        view = sample.vigil.look(staff=staff, on=on)
        told = view.duties_between(day, day, at)
        answer = next(each for each in view.answers if each.is_of(day, day))
        assert view.duties_between(day, day, at) is told
        stands = min(part.stands_until for part in answer.parts)
        assert at <= stands <= datetime.combine(day + timedelta(days=1), time(), SHANGHAI)
        last = stands - timedelta(minutes=1)
        for later in (at + (last - at) / 2, last) if last > at else ():
            assert view.duties_between(day, day, later) is told
            assert duties_between(view.facts, day, day, later) == duties_between(view.facts, day, day, at)
        spans.append(stands - at)
    assert max(spans) > timedelta(hours=1)


@pytest.mark.parametrize("role", ["", "校长", "年级组长", "班主任", "心理健康教师", "科任教师"])
def test_whoever_looks_all_day_is_told_what_a_first_look_would_tell(
    sample: Workspace, on: date, role: str
) -> None:
    view = sample.vigil.look(staff=_somebody(sample, role) if role else "", on=on)
    rng, instants = random.Random(role), set[datetime]()
    at = datetime.combine(on, time(7), SHANGHAI)
    while at.date() == on:
        told = view.duties(at)
        assert told == replace(view, answers=[]).duties(at), at
        instants |= {at, at + timedelta(seconds=1)}
        at = max(min(part.stands_until for part in view.answers[0].parts), at + timedelta(minutes=1))
    assert len(view.answers) == 1
    for at in rng.sample(
        sorted(instants), min(len(instants), 12)
    ):  # and whoever asks about an hour that is over
        assert view.duties(at) == replace(view, answers=[]).duties(at), at


def test_what_an_hour_changes_of_one_class_leaves_the_others_alone(sample: Workspace, on: date) -> None:
    view = sample.vigil.look(staff="", on=on)
    view.duties(datetime.combine(on, time(7), SHANGHAI))
    first = view.answers[0]
    at = min(part.stands_until for part in first.parts) + timedelta(minutes=1)
    view.duties(at)
    then = view.answers[0]
    for before, after in ((first.single, then.single), (first.whole, then.whole)):
        assert before.keys() == after.keys()
        assert all((after[each] is part) == part.holds(at) for each, part in before.items())
    held = [part.holds(at) for part in first.parts]
    assert 0 < held.count(False) < held.count(True)


def test_two_people_who_ask_at_the_same_moment_are_told_all_their_duties(
    sample: Workspace, on: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What both work out at once of the whole school, as just after a start, is one and the same afterwards."""
    first, second = (sample.vigil.look(staff=_somebody(sample, role), on=on) for role in ("校长", "德育主任"))
    expected = Workspace(sample.root).vigil.look(staff=first.staff, on=on).duties(on)
    begun, told = threading.Event(), threading.Event()

    def slow(policies: Iterable[Policy]) -> tuple[Plan, ...]:
        made = plans(policies)
        if threading.current_thread() is not threading.main_thread():
            begun.set()
            told.wait(20)
        return made

    monkeypatch.setattr("guanai.rules.duties.plans", slow)
    other = threading.Thread(target=second.duties, args=(on,))
    other.start()
    assert begun.wait(20)
    assert first._plans  # what the first request asks for before anything else
    told.set()
    other.join()
    assert [each.id for each in first.duties(on)] == [each.id for each in expected]
    assert any(each.student == "" for each in expected)


def test_a_child_away_from_school_is_asked_about_again_at_each_of_its_instants() -> None:
    at = datetime(2026, 11, 20, 8, 30, tzinfo=SHANGHAI)
    now = Moment.of(at)
    assert now.stands_until == datetime(2026, 11, 21, tzinfo=SHANGHAI)
    assert now > at - timedelta(hours=1)
    assert now < at + timedelta(hours=2)
    assert at + timedelta(hours=1) > now
    assert min(at + timedelta(minutes=90), now) == at
    assert now.stands_until == at + timedelta(hours=1)
    assert now + timedelta(hours=1) == at + timedelta(hours=1)
    assert now.stands_until == at


def test_a_change_of_a_child_that_one_does_not_know_leaves_one_s_view_alone(
    sample: Workspace, store: SharedStore, on: date
) -> None:
    moments = Moments(store)
    views = (moments.now().look(staff=each, on=on) for each in sample.snapshot.staff)
    before = next(each for each in views if each.facts.children and "S2025-K2CUN" not in each.facts.children)
    told = before.duties(on)
    _commit(store, _CHANGES[0], 0)
    after = moments.now().look(staff=before.staff, on=on)
    assert after.facts is before.facts
    assert after.duties(on) is told


def _somebody(sample: Workspace, role: str) -> str:
    return next(
        each.id
        for each in sample.snapshot.staff.values()
        if any(post.role == role for post in each.assignments)
    )
