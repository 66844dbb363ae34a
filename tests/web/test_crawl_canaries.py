"""A string of its own in every text of several files: each role logs in, crawls all it can reach, and finds its own alone.

Which labels a usual role holds stands below, written by hand; nothing of what is expected comes from the code under
test but the labels of the schema's fields.
"""

import gzip
import io
import itertools
import os
import re
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote
from zlib import crc32

import pytest

from generators.papers import papers
from guanai.web.publishing import publish
from guanai.workspace.founding import found_demo
from guanai.workspace.site_places import sites_dir
from guanai.yamlfile import dump, load

_SAMPLE = Path(__file__).resolve().parents[2] / "records"
T, C, R, D, P = "教学", "关爱", "限制", "证件", "心理"
WRITER = "T-9WRT"
GRANTED = "特许教师"


@dataclass(frozen=True)
class Pupil:
    """A planted child: what its canaries begin with, its name, its class and its level."""

    id: str
    name: str
    class_id: str
    level: str
    start: int


_IS_EXHAUSTIVE = bool(os.environ.get("GUANAI_EXHAUSTIVE"))
#: So many children are planted: two of one class and one of another; `make torture` crawls all twenty, of every level.
_MANY = 20 if _IS_EXHAUSTIVE else 3
#: Class and level in turn; nobody is in the class of 别班班主任.
_SEATS = (("J2024-01", "黄"), ("J2024-01", "解除"), ("J2024-02", "红"), ("J2025-01", "绿"))
PUPILS = tuple(
    Pupil(f"S{class_id[1:5]}-9CAN{sign}", f"雀{stem}{stem}", class_id, level, 100_000 + 10_000 * number)
    for number, (sign, stem, (class_id, level)) in enumerate(
        zip(
            "23456789ABCDEFGHJKLM",
            "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉",
            itertools.islice(itertools.cycle(_SEATS), 20),
            strict=True,
        )
    )
)[:_MANY]
FIRST = PUPILS[0].id
#: Canaries of the first child's counselling file, and of the reason of a grant in access.yml.
_COUNSEL, _REASON = "雀900001雀", "雀900002雀"
_DAY = date(2026, 11, 20)

_WHOLE = {each.id: {T, C, R, D} for each in PUPILS}
_CLASS = [each for each in PUPILS if each.class_id == "J2024-01"]
_GRADE = [each for each in PUPILS if each.class_id.startswith("J2024")]
#: Role → (role in staff.yml, scope, labels of each child; a child that is not there must leave no trace).
ROLES: Mapping[str, tuple[str, str, Mapping[str, set[str]]]] = {
    "班主任": ("班主任", "J2024-01", {each.id: {T, C, R, D} for each in _CLASS}),
    "年级组长": (
        "年级组长",
        "J2024",
        {each.id: {T, C} if each.level == "解除" else {T, C, R} for each in _GRADE},
    ),
    "科任教师": ("科任教师", "J2024-01", {each.id: {T} for each in _CLASS}),
    "结对科任": ("科任教师", FIRST, {FIRST: {T, C}}),
    GRANTED: ("科任教师", "J2025-02", {FIRST: {T, C}}),
    "心理健康教师": ("心理健康教师", "全校", {each.id: {T, C} for each in PUPILS}),
    "校长": ("校长", "全校", _WHOLE),
    "分管副校长": ("分管副校长", "全校", _WHOLE),
    "德育主任": ("德育主任", "全校", _WHOLE),
    "学籍管理员": ("学籍管理员", "全校", {each.id: {T, D} for each in PUPILS}),
    "教务主任": ("教务主任", "全校", {}),
    "后勤主任": ("后勤主任", "全校", {}),
    "家长代表": ("家长代表", "全校", {}),
    "系统管理员": ("系统管理员", "全校", {}),
    "别班班主任": ("班主任", "J2025-02", {}),
}
_IDS = (
    "homeroom", "gradehead", "subject", "paired", "granted", "counsellor", "principal", "deputy", "moral", "registrar",
    "academic", "logistics", "parent", "admin", "elsewhere",
)  # fmt: skip
#: Of access.yml's reasons: who holds 关爱 over the whole school and may read that record.
_READS_REASONS = frozenset({"校长", "分管副校长", "德育主任", "心理健康教师"})
_CANARY = re.compile(r"雀\d{6}雀|139000[12]\d{4}|鸦\d{6}鸦")
_FORM = re.compile(r"/(child|record)/.*/(edit|add)\b")
_LINK = re.compile(r"""(?:href|src|action)="([^"]*)\"""")
#: One that sees all, a class, everybody a little, nobody; the others are crawled by `make torture` alone.
_FEW = {"校长", "班主任", "心理健康教师", "系统管理员"}
CRAWLED = [
    pytest.param(role, id=name)
    for role, name in zip(ROLES, _IDS, strict=True)
    if _IS_EXHAUSTIVE or role in _FEW
]
#: An id or a commit in an address: addresses that differ in these alone show the same kind of thing.
_ONE_OF_MANY = re.compile(r"\b[A-Z]\d{0,8}-[0-9A-Z]{4,5}\b|\b[0-9a-f]{40}\b|\b\d+\b")
#: Of the histories of single fields, and of the parts of what is about no child, every so-manyth is followed.
_OF_MANY = 16


@dataclass
class Found:
    """What a crawl brought: canaries, names of children, and addresses that a page named but that did not open."""

    canaries: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    broken: list[tuple[str, int]] = field(default_factory=list)
    pages: int = 0

    def take(self, address: str, text: str) -> None:
        """Keep what stands in a page."""
        for canary in _CANARY.findall(text):
            self.canaries.setdefault(canary, address)
        for each in PUPILS:
            for sign in (each.name, each.id):
                # A form holds a text as it is stored, and there another child is an id: that is what ids are for.
                if sign in text and not (sign == each.id and _FORM.match(address)):
                    self.names.setdefault(sign, address)


def _staff(role: str) -> str:
    return f"T-9ZZ{'23456789ABCDEFGH'[list(ROLES).index(role)]}"


def _git(folder: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "core.hooksPath=/dev/null", "-c", "user.name=t", "-c", "user.email=t@t.example", *words],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip


@pytest.fixture(scope="module")
def planted(planter: Callable[..., Any]) -> dict[str, tuple[dict[str, Any], dict[str, frozenset[str]]]]:
    """Each child's record, and by canary the labels it needs."""
    found = {}
    for each in PUPILS:
        # A note speaks of another child, as forms insert it: only who may see that one reads a name.
        others = tuple(other.id for other in PUPILS if other is not each)
        maker = planter(
            start=each.start, mentions=others, student_id=FIRST, class_id=each.class_id, phone=None
        )
        found[each.id] = (maker.child(each.id, each.name, each.level), maker.needs)
    return found


@pytest.fixture(scope="module")
def school(
    planted: dict[str, tuple[dict[str, Any], dict[str, frozenset[str]]]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A school with these children, what they were before, and one person for each role."""
    root = tmp_path_factory.mktemp("canaries") / "school"
    for _ in found_demo(root, students=4, seed=7, on=_DAY):
        pass
    records = root / "records"
    for folder in records.iterdir():
        if folder.is_dir() and folder.name != "counseling":
            shutil.rmtree(folder)
    for name in ("school.yml", "access.yml"):
        shutil.copy(_SAMPLE / name, records / name)
    for name in ("calendar", "policies"):
        shutil.copytree(_SAMPLE / name, records / name)
    (records / "staff.yml").write_text(_people(), encoding="utf-8")
    access = load((records / "access.yml").read_bytes(), "access").data
    access["特许"] = [
        {"编号": "V-9CAN", "教师": _staff(GRANTED), "学生": FIRST, "看": [T, C], "起": "2026-11-01",
         "止": "2026-12-01", "批准人": _staff("校长"), "理由": _REASON}
    ]  # fmt: skip
    (records / "access.yml").write_text(dump(access), encoding="utf-8")
    for is_past in (True, False):
        for each in PUPILS:
            place = records / "students" / each.id[1:5] / f"{each.id}.yml"
            place.parent.mkdir(parents=True, exist_ok=True)
            text = dump(planted[each.id][0])
            # What was said before stands in history alone; names stay.
            place.write_text(re.sub(r"雀(\d{6})雀", r"鸦\1鸦", text) if is_past else text, encoding="utf-8")
        _git(root, "add", "-A")
        _git(root, "commit", "-qm", "x", "--author", "t <t@t.example>")
    _counsel(records)
    return root


def _people() -> str:
    people: list[dict[str, Any]] = [{"编号": WRITER, "姓名": "写的人", "任职": []}]
    for number, (role, (post, scope, _)) in enumerate(ROLES.items()):
        held = [{"角色": post, "范围": scope, "起": "2024-09-01"}]
        people.append(
            {"编号": _staff(role), "姓名": f"人{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰'[number]}", "任职": held}
        )
    return dump({"教职工": people})


def _counsel(records: Path) -> None:
    sample = next((_SAMPLE / "counseling").rglob("*.yml"))
    data = load(sample.read_bytes(), "counseling").data
    data |= {"编号": "Y2026-9CANA", "学生": FIRST, "负责教师": _staff("心理健康教师"), "主诉": _COUNSEL}
    place = records / "counseling" / "2026" / "Y2026-9CANA.yml"
    for each in (records / "counseling").rglob("*.yml"):
        each.unlink()
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(dump(data), encoding="utf-8")
    _git(records / "counseling", "add", "-A")
    _git(records / "counseling", "commit", "-qm", "x")


@pytest.fixture(scope="module")
def crawled(school: Path, serve_long: Callable[..., Any]) -> Callable[[str], Found]:
    """Crawl as a role, once."""
    served = serve_long(school, people={role: _staff(role) for role in ROLES})
    sites_dir(school)
    publish(served.gateway)
    known: dict[str, Found] = {}

    def crawl(role: str) -> Found:
        if role not in known:
            known[role] = _crawl(served.logged_in(role), role)
        return known[role]

    return crawl


def _probes() -> Iterator[str]:
    """Yield addresses that someone may guess, whether any page names them or not."""
    yield from ("/sitemap.xml", "/search.json", "/students?q=雀", "/students?q=que", "/students?q=S2024-9CAN")
    for each in PUPILS:
        yield from (f"/students/{each.id}", f"/students/{each.id}/history", f"/child/{each.id}/edit")
        yield f"/students/{each.id}/history?field=" + quote("家庭.住址")
        yield f"/students?q={quote(each.name[1:])}"
        yield from (
            f"/papers/{kind}/{each.id}" for kind, paper in papers().items() if paper.subject == "student"
        )
    for record in ("Y2026-9CANA", "records/access.yml", "records/staff.yml"):
        yield f"/record/{record}/edit"
    yield "/papers/case-file/Y2026-9CANA/file"


def _crawl(browser: Any, role: str) -> Found:
    found, linked, kinds = Found(), {"/"}, set[str]()
    waiting = ["/", *_probes()]
    seen = set(waiting)
    while waiting:
        address = waiting.pop()
        answer = _asked(browser, address)
        found.pages += 1
        # The story of a child names nobody: that these texts, which do, are refused is right.
        is_refused = answer.status_code == 422 and "education-case" in address
        if address in linked and answer.status_code >= 400 and not is_refused:
            found.broken.append((address, answer.status_code))
        assert answer.status_code < 500, (address, _CANARY.sub("", answer.text)[-400:])
        text = _text(answer)
        found.take(address, _told(address, answer, text))
        for link in _links(answer, text):
            linked.add(link)
            if link not in seen and (_IS_EXHAUSTIVE or _is_followed(link, role, kinds)):
                seen.add(link)
                waiting.append(link)
    return found


def _asked(browser: Any, address: str) -> Any:
    """Return what stands at an address; a search, whose word no address names, is written as one here alone."""
    path, _, word = address.partition("?q=")
    return browser.find(unquote(word)) if path == "/students" and word else browser.get(address)


def _is_followed(link: str, role: str, kinds: set[str]) -> bool:
    """Tell whether a crawl of few pages takes an address; of those that ask for a part, one of a kind.

    Args:
        link: the address.
        role: who crawls: another one takes other histories.
        kinds: those taken, whose ids are left out; grows.
    """
    path, _, query = link.partition("?")
    if not query:
        return True
    kind = re.sub("^/(record|students)/", "/child/", _ONE_OF_MANY.sub("*", unquote(f"{path}?{query}")))
    if kind in kinds:
        return False
    kinds.add(kind)
    is_sampled = query.startswith("field=") or (query.startswith("at=") and not _ONE_OF_MANY.search(path))
    return not is_sampled or crc32(f"{role}{kind}".encode()) % _OF_MANY == 0


def _told(address: str, answer: Any, text: str) -> str:
    """Return all that came back, without what the one who asked had sent."""
    heads = "\n".join(f"{name}: {unquote(value)}" for name, value in answer.headers.items())
    told = f"{heads}\n{text}"
    path, _, query = address.partition("?")
    for sent in (*path.split("/"), query.partition("=")[2]):
        if "9CAN" in unquote(sent) or "雀" in unquote(sent):
            told = told.replace(unquote(sent), "") if answer.status_code >= 400 or "?" in address else told
    return told


def _links(answer: Any, text: str) -> Iterator[str]:
    if "html" not in answer.headers.get("content-type", "") and "location" not in answer.headers:
        return
    for raw in (*_LINK.findall(text), answer.headers.get("location", "")):
        link = unescape(raw).split("#")[0]
        if link and not link.startswith("/") and ":" not in link:
            link = answer.url.join(link).path  # the pages of a site name each other from where they lie
        if (
            link.startswith("/")
            and not link.startswith(("//", "/static", "/logout", "/site/guide/", "/site/assets/"))
            and _is_page(raw, text)
        ):
            yield link


def _is_page(raw: str, text: str) -> bool:
    """Tell whether an address is read, not only posted to."""
    return f'action="{raw}"' not in text or f'href="{raw}"' in text


def _text(answer: Any) -> str:
    packed = answer.content.startswith((b"PK", b"\x1f\x8b"))
    return _unpacked(answer.content) if packed else unescape(answer.text)


def _unpacked(content: bytes) -> str:
    """Return all that stands in a package and in the packages in it: Word, Excel, zip, gz."""
    if content.startswith(b"\x1f\x8b"):
        return _unpacked(gzip.decompress(content))
    if not content.startswith(b"PK"):
        return re.sub(r"<[^>]+>", "", content.decode("utf-8", "replace"))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return "\n".join(f"{name}\n{_unpacked(package.read(name))}" for name in package.namelist())


@pytest.mark.slow
@pytest.mark.parametrize("role", CRAWLED)
def test_a_role_finds_all_that_its_labels_open_and_nothing_else(
    role: str,
    crawled: Callable[[str], Found],
    planted: dict[str, tuple[dict[str, Any], dict[str, frozenset[str]]]],
) -> None:
    held = ROLES[role][2]
    needs = {
        canary: (child, wants) for child, (_, wanted) in planted.items() for canary, wants in wanted.items()
    }
    expected = {canary for canary, (child, wants) in needs.items() if wants <= held.get(child, set())}
    allowed = expected | {canary.replace("雀", "鸦") for canary in expected}
    if role in _READS_REASONS:
        allowed.add(_REASON)
    if role == "心理健康教师":
        allowed.add(_COUNSEL)
    found = crawled(role)
    leaked = {canary: page for canary, page in found.canaries.items() if canary not in allowed}
    assert {canary: (_path_of(planted, canary), page) for canary, page in leaked.items()} == {}
    assert {_path_of(planted, canary) for canary in expected - found.canaries.keys()} == set()


@pytest.mark.slow
@pytest.mark.parametrize("role", CRAWLED)
def test_who_may_not_see_a_child_finds_neither_its_name_nor_its_number(
    role: str, crawled: Callable[[str], Found]
) -> None:
    held = ROLES[role][2]
    leaked = {
        sign: page
        for each in PUPILS
        for sign, page in crawled(role).names.items()
        if each.id not in held and sign in (each.id, each.name)
    }
    assert leaked == {}
    assert {each.name for each in PUPILS if each.id in held} <= crawled(role).names.keys()


@pytest.mark.slow
@pytest.mark.parametrize("role", CRAWLED)
def test_every_address_that_a_page_names_opens(role: str, crawled: Callable[[str], Found]) -> None:
    assert crawled(role).broken == []


def _path_of(planted: Mapping[str, tuple[Any, Any]], canary: str) -> str:
    plain = canary.replace("鸦", "雀")
    return next((_inside(record, plain) for record, _ in planted.values() if plain in str(record)), "")


def _inside(value: Any, canary: str) -> str:
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return next((f"{key}/{_inside(each, canary)}" for key, each in pairs if canary in str(each)), "")
