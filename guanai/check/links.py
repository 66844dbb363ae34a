"""Records held against each other: references, posts, folders, terms, numbers used twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from guanai.check.facts import Facts
from guanai.grades import school_year
from guanai.paths import PATTERNS, kind_of, stem_id
from guanai.schema.steps import RECORD_VERSION

#: (path, pointer, rule, sentence) of one objection; the runner finds the line.
Objection = tuple[str, str, str, str]

_NAMES = {
    "student": "学生", "staff": "教职工", "class": "班级", "grade": "年级", "term": "学期", "meeting": "会议", "activity": "活动",
    "decision": "决定", "citation": "依据", "counseling": "心理档案", "policy": "制度",
}  # fmt: skip
_WHERE = {
    "staff": "records/staff.yml", "class": "records/school.yml 的“班级”", "grade": "records/school.yml 的“年级”",
    "term": "records/calendar/ 的校历", "citation": "generators/citations.yml",
}  # fmt: skip


#: Where the advice begins of what points to nothing: it speaks of files, to who has them open.
IN_FILES = "，请对照 "


@dataclass(frozen=True)
class Whole:
    """All files of a workspace by path: what each says outwardly, None for one that cannot be read."""

    facts: Mapping[str, Facts | None]
    citations: frozenset[str]
    on: date

    def of(self, kind: str) -> Iterator[tuple[str, Facts]]:
        """Yield path and facts of the readable records of a kind."""
        yield from self._readable.get(kind, ())

    @cached_property
    def _readable(self) -> dict[str, list[tuple[str, Facts]]]:
        found: dict[str, list[tuple[str, Facts]]] = {}
        for path, facts in self.facts.items():
            kind = kind_of(path)
            if kind is not None and facts is not None:
                found.setdefault(kind, []).append((path, facts))
        return found

    def extra(self, kind: str, key: str) -> list[Any]:
        """Return a list that stands once in the workspace, such as the classes of school.yml."""
        return [
            item for _, facts in self.of(kind) for item in facts.extra.get(key, []) if isinstance(item, dict)
        ]

    @cached_property
    def known(self) -> dict[str, set[str]]:
        """Ids that may be pointed to, by kind; a file that cannot be read still counts by its name."""
        found: dict[str, set[str]] = {
            kind: set() for kind in (*PATTERNS, "class", "grade", "term", "citation")
        }
        for path, facts in self.facts.items():
            kind = kind_of(path)
            if kind:
                found[kind] |= {each for each in (stem_id(path), facts.id if facts else None) if each}
        found["staff"] = {person["编号"] for person in self.extra("staff", "教职工") if "编号" in person}
        for key, kind in (("班级", "class"), ("年级", "grade")):
            found[kind] = {item["编号"] for item in self.extra("school", key) if "编号" in item}
        found["grade"] |= {each.partition("-")[0] for each in found["class"]}
        found["term"] = {term["编号"] for term in self.extra("calendar", "学期") if "编号" in term}
        found["citation"] = set(self.citations)
        return found

    def is_readable(self, kind: str) -> bool:
        """Tell whether there are files of a kind and all can be read: nothing is missing only because they are not."""
        found = [facts for path, facts in self.facts.items() if kind_of(path) == kind]
        return bool(found) and all(facts is not None for facts in found)


def objections(whole: Whole) -> Iterator[Objection]:
    """Yield everything that is wrong between the records."""
    yield from _core(whole)
    yield from _places(whole)
    yield from _references(whole)
    yield from _homerooms(whole)
    yield from _future(whole)
    yield from _folders(whole)
    yield from _screened(whole)
    yield from _version(whole)
    yield from _children_twice(whole)
    yield from _numbers_twice(whole)


def objections_around(whole: Whole) -> Iterator[Objection]:
    """Yield what is wrong between a few records and those they point to; ``whole`` need not hold any others."""
    yield from _places(whole)
    yield from _references(whole)
    yield from _future(whole)
    yield from _folders(whole)
    yield from _version(whole)


def _core(whole: Whole) -> Iterator[Objection]:
    year = school_year(whole.on)
    wanted = {f"records/{name}.yml": what for name, what in _CORE.items()}
    wanted[f"records/calendar/{year}-{year + 1}.yml"] = f"{year}—{year + 1} 学年的校历"
    for path, what in wanted.items():
        if path not in whole.facts:
            yield (
                path,
                "",
                "place.missing",
                f"缺少{what}；请补上这个文件，或用 guanai init 新建一个学校文件夹作参照。",
            )


_CORE = {"school": "学校、年级和班级的记录", "staff": "教职工的记录", "access": "权限的记录"}


def _places(whole: Whole) -> Iterator[Objection]:
    owner: dict[tuple[str, str], str] = {}
    for path, facts in whole.facts.items():
        kind = kind_of(path)
        if kind is None or facts is None or not facts.id:
            continue
        expected = stem_id(path)
        if expected and facts.id != expected:
            yield (
                path,
                "/编号",
                "place.name",
                f"编号 {facts.id} 与文件名 {expected} 不一致；文件名不能改动，请改正编号。",
            )
        first = owner.setdefault((kind, facts.id), path)
        if first != path:
            yield path, "/编号", "place.twice", f"编号 {facts.id} 已用在 {first}；两份记录不能同号。"


def _references(whole: Whole) -> Iterator[Objection]:
    unreadable = {kind for kind in ("staff", "school", "calendar") if not whole.is_readable(kind)}
    source = {"staff": "staff", "class": "school", "grade": "school", "term": "calendar"}
    known = whole.known
    for path, facts in whole.facts.items():
        for wanted, record_id, pointer in facts.references if facts else ():
            kind = _scope_kind(record_id) if wanted == "scope" else wanted
            if kind is None or source.get(kind) in unreadable or record_id in known.get(kind, ()):
                continue
            where = _WHERE.get(kind, f"records/ 里{_NAMES.get(kind, kind)}的文件")
            yield (
                path,
                pointer,
                "ref.missing",
                f"没有编号为 {record_id} 的{_NAMES.get(kind, kind)}{IN_FILES}{where} 改正。",
            )


def _scope_kind(scope: str) -> str | None:
    if scope == "全校":
        return None
    if scope.startswith("S"):
        return "student"
    return "class" if "-" in scope else "grade"


def _homerooms(whole: Whole) -> Iterator[Objection]:
    if not whole.is_readable("staff"):
        return
    today = whole.on.isoformat()
    held = {
        post.get("范围")
        for person in whole.extra("staff", "教职工")
        for post in person.get("任职", [])
        if post.get("角色") == "班主任" and post.get("起", "") <= today <= post.get("止", today)
    }
    for path, facts in whole.of("school"):
        for place, item in enumerate(facts.extra.get("班级", [])):
            if item.get("编号") not in held and _has_pupils(whole, item.get("编号", ""), today):
                yield (
                    path,
                    f"/班级/{place}",
                    "post.homeroom",
                    f"班级 {item.get('编号')} 今天没有班主任；请在 records/staff.yml 给接任或代理的教师加一条任职。",
                )


def _has_pupils(whole: Whole, class_id: str, today: str) -> bool:
    return any(
        stay.get("班级") == class_id
        and stay.get("状态") == "在籍"
        and stay.get("起", "") <= today <= stay.get("止", today)
        for _, facts in whole.of("student")
        for stay in facts.extra.get("学籍", [])
    )


def _future(whole: Whole) -> Iterator[Objection]:
    today = whole.on.isoformat()
    for path, facts in whole.facts.items():
        if facts is not None and facts.latest[0] > today and kind_of(path) not in ("meeting", "activity"):
            yield (
                path,
                facts.latest[1],
                "date.future",
                f"{facts.latest[0]} 还没有到；{_ahead(kind_of(path), facts.latest[1])}",
            )


def _ahead(kind: str | None, place: str) -> str:
    """Return what to do about something that is said to have happened on a day still to come."""
    if kind == "attendance":
        return "考勤只记已经到的日子，请核对日期。事先请的假，类型写“病假”或“事假”，日期可以在后面。"
    if place.startswith("/过程记录/"):
        return "过程只记已经发生的事，请核对日期。约好以后做的，写在“下次跟进”里。"
    return "这里只记已经发生的事，请核对日期。"


def _folders(whole: Whole) -> Iterator[Objection]:
    terms = {term["编号"]: term for term in whole.extra("calendar", "学期") if "编号" in term}
    for path, facts in whole.facts.items():
        kind = kind_of(path)
        if facts is None or kind not in ("meeting", "activity", "attendance", "screening"):
            continue
        found = PATTERNS[kind].fullmatch(path)
        parts = found.groupdict() if found else {}
        for group, key in (("class", "班级"), ("term", "学期"), ("month", "月份")):
            if key in facts.extra and facts.extra[key] != parts.get(group):
                yield (
                    path,
                    f"/{key}",
                    "place.folder",
                    f"{key}（{facts.extra[key]}）与所在文件夹（{parts.get(group)}）不一致，请核对。",
                )
        term = terms.get(parts.get("term") or "")
        if term and "时间" in facts.extra and not _within(facts.extra["时间"][:10], parts["term"]):
            yield path, "/时间", "date.term", f"时间不在文件夹所写的学期（{parts['term']}）里，请核对。"


def _within(day: str, term: str) -> bool:
    # A term's folder also takes its vacation: meetings before the opening belong to the coming term.
    first, second, half = term.split("-")
    begin, end = (
        (f"{first}-07-01", f"{second}-02-29") if half == "1" else (f"{second}-01-15", f"{second}-08-31")
    )
    return begin <= day <= end


def _screened(whole: Whole) -> Iterator[Objection]:
    if not whole.is_readable("student"):
        return
    members: dict[str, set[str]] = {}
    for _, facts in whole.of("student"):
        for stay in facts.extra.get("学籍", []):
            if stay.get("状态") in ("在籍", "转入", "复学") and "止" not in stay:
                members.setdefault(stay.get("班级", ""), set()).add(facts.id)
    for path, facts in whole.of("screening"):
        if not _is_current(whole, str(facts.extra.get("学期", ""))):
            continue
        ticked = {family.get("学生") for family in facts.extra.get("逐户", []) if isinstance(family, dict)}
        missing = sorted(members.get(str(facts.extra.get("班级", "")), set()) - ticked)
        if missing:
            yield (
                path,
                "/逐户",
                "screening.missing",
                f"还有 {len(missing)} 户没有勾记：{'、'.join(missing[:5])}{'等' if len(missing) > 5 else ''}。",
            )


def _is_current(whole: Whole, term_id: str) -> bool:
    today = whole.on.isoformat()
    return any(
        term.get("编号") == term_id and term.get("开学", "") <= today <= term.get("放假", "")
        for term in whole.extra("calendar", "学期")
    )


def _version(whole: Whole) -> Iterator[Objection]:
    for path, facts in whole.of("school"):
        version = facts.extra.get("记录版本", RECORD_VERSION)
        if version != RECORD_VERSION:
            wanted = "请运行 guanai migrate" if version < RECORD_VERSION else "请先升级程序"
            yield (
                path,
                "/记录版本",
                "schema.version",
                f"记录版本是 {version}，本程序读写的是 {RECORD_VERSION}；{wanted}，再接着用。",
            )


def _children_twice(whole: Whole) -> Iterator[Objection]:
    owner: dict[str, str] = {}
    for path, facts in whole.of("student"):
        number = facts.extra.get("证件")
        if number and owner.setdefault(number, facts.id) != facts.id:
            yield (
                path,
                "/证件/号码",
                "identity.twice",
                f"这个证件号码也在 {owner[number]} 的档案里；同一名学生只建一份档案，号码写错的请改正。",
            )


def _numbers_twice(whole: Whole) -> Iterator[Objection]:
    owner: dict[str, str] = {}
    for kind, place in _NUMBERED.items():
        for path, facts in whole.of(kind):
            written = str(facts.extra.get("文号", ""))
            # However brackets and blanks were typed, it is one number of one register.
            number = written.translate(_BRACKETS).replace(" ", "").replace("\u3000", "")
            if number and owner.setdefault(number, path) != path:
                told = f"文号 {written} 已编给 {owner[number]}；一个文号只编给一份文书，请对照纸上印的改正。"
                yield path, place, "number.twice", f"{told}重编的删去这一栏，再用 guanai issue 另编一个。"


#: Kinds whose papers get a 文号, the earliest keeper first, and where it stands.
_NUMBERED = {"policy": "/采用/文号", "meeting": "/文号", "decision": "/文号"}
_BRACKETS = str.maketrans("[\uff3b（(【]\uff3d）)】", "〔〔〔〔〔〕〕〕〕〕")
