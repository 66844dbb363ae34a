"""Which row holds the headers and what each column is: guessed from words, else as the school has said before."""

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from guanai.errors import Invalid, Unsaid
from guanai.schema import load_schemas
from guanai.sheets.kinds import KINDS, NAMING, UNWANTED, Column, Kind
from guanai.sheets.reader import MOST_COLUMNS, Cell, Grid, Line, column_name
from guanai.sheets.values import field_through, is_nothing, synonyms

#: Rows from the top among which the headers are sought: titles and notes may stand above.
_LOOKED_AT: Final = 30
#: A row of headers has at least this many words we know.
_FEWEST: Final = 2
_NOISE: Final = re.compile(r"[\s*\uFF0A:：()（）_—-]+|（必填）|\(必填\)|必填")
_SUBJECT: Final = "成绩"
#: What is said in the second column is said of the category in the first one.
_CATEGORY: Final = "类别"
_OF_CATEGORY: Final = "具体情况"
#: What a column without a header is called: by its letters. One whose header stands twice has them behind it.
_PLACE: Final = re.compile(r".*[A-Z]{1,3}列")
_TOTALS: Final = "合计|总计|小计|共计"
#: Words below a list that are no row of it: 注：…, 填表人：…, 合计：…, 校长（签字）：…
_NOTE: Final = re.compile(
    rf"(?:注|备注|附注|说明|填表说明|{_TOTALS}|填[表报][人单]位?|填[表报](?:日期|时间)|制表人?|审核人?|单位"
    r"|(?:单位|学校)?负责人|学校|(?:分管|主管)?校长|班主任)(?:[(（]?(?:公章|盖章|签[字名章])[)）]?)?[0-9]*[:：]"
)
_ENDS: Final = frozenset({*_TOTALS.split("|"), "填表人", "审核人", "制表人"})
_NOTHING_SAID: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Layout:
    """How one sheet is read.

    Attributes:
        kind: what it is.
        grid: the sheet.
        header: the row of headers.
        columns: what is in each column, by its place from 0.
        subjects: school subjects whose scores have a column of their own, by place.
        unknown: places of the columns that nobody has mapped yet, with their headers.
        questions: why one of them is unknown though its header is not.
    """

    kind: Kind
    grid: Grid
    header: Line
    columns: Mapping[int, Column]
    subjects: Mapping[int, str]
    unknown: Mapping[int, str]
    questions: tuple[str, ...] = ()

    @property
    def lines(self) -> tuple[Line, ...]:
        """The rows below the headers; a row of totals at the end is none."""
        return _below(self.grid, self.header)

    def place(self, key: str) -> int | None:
        """Return where a column of that key stands, None where it does not."""
        return next((place for place, column in self.columns.items() if column.key == key), None)


class NoHeaders(Invalid):
    """No row looks like headers."""

    def __init__(self, title: str) -> None:
        super().__init__(
            f"工作表“{title}”里找不到表头：前 {_LOOKED_AT} 行中要有一行写着 姓名、班级 这样的栏目名。"
        )


class MissingColumns(Unsaid):
    """A sheet lacks what every row needs."""

    def __init__(self, kind: Kind, missing: tuple[tuple[str, ...], ...], headers: str) -> None:
        wanted = "；".join(" 或 ".join(group) for group in missing)
        super().__init__(
            f"按“{kind.name}”来读，缺少这样的列：{wanted}。表头是：{headers}。",
            "请用 --map 列名=栏目 说明哪一列是它，或用 --with 栏目=内容 给全表同一个值。",
        )


class UnknownTarget(Invalid):
    """A mapping names something that this kind of sheet does not have."""

    def __init__(self, kind: Kind, target: str) -> None:
        super().__init__(
            f"“{kind.name}”里没有“{target}”这一栏；可用：{'、'.join(targets(kind))}、{UNWANTED}。"
        )


def plain_header(text: str) -> str:
    """Return a header without what people put around it.

    >>> plain_header("*监护人 电话（必填）")
    '监护人电话'
    """
    return _NOISE.sub("", unicodedata.normalize("NFKC", text).replace("必填", "")).upper()


def targets(kind: Kind) -> tuple[str, ...]:
    """Return what a column may be said to be: the columns of a kind; of scores a subject, too."""
    return (*kind.columns, *dict.fromkeys(_subjects(kind).values()))


def guess_kind(
    grid: Grid,
    said: Mapping[str, Mapping[str, str]] = MappingProxyType({}),
    given: Collection[str] = (),
) -> Kind | None:
    """Return the kind of sheet that knows most of the headers and has all that it needs, None for none.

    Of two that know as many it is the one that needs more of them.

    Args:
        grid: the sheet.
        said: by kind what is known of headers, as for `lay_out`.
        given: keys whose value is given for the whole sheet; a kind without one of them is none.
    """
    best: tuple[tuple[int, int], Kind | None] = ((-MOST_COLUMNS, 0), None)
    for kind in KINDS.values():
        if not set(given) <= set(kind.columns):
            continue
        try:
            layout = lay_out(kind, grid, said.get(kind.name, _NOTHING_SAID), tuple(given))
        except Invalid:
            continue
        own = sum(1 for column in layout.columns.values() if column.key not in NAMING) + 2 * len(
            layout.subjects
        )
        if own:
            fit = (2 * own - len(layout.unknown), len(kind.needed))
            best = max(best, (fit, kind), key=lambda pair: pair[0])
    return best[1]


def lay_out(kind: Kind, grid: Grid, mapping: Mapping[str, str], given: tuple[str, ...]) -> Layout:
    """Return how a sheet is read.

    Args:
        kind: what it is.
        grid: the sheet.
        mapping: what the school has said of headers: header → one of `targets`, or `UNWANTED`; a header that stands
            twice may have its column's letters behind it: 关系（G 列）.
        given: keys whose value is given for the whole sheet.

    Raises:
        NoHeaders, MissingColumns, UnknownTarget: it cannot be read as this kind.
    """
    for target in mapping.values():
        if target not in targets(kind) and target != UNWANTED:
            raise UnknownTarget(kind, target)
    words = _words(kind) | _plain_keys(mapping)
    grid, header = _in_one_row(grid, _header(grid, words), words)
    columns, subjects, unknown = _matched(kind, grid, header, words)
    found = {column.key for column in columns.values()} | set(given) | set(kind.defaults)
    missing = tuple(group for group in kind.needed if not found & set(group))
    if missing:
        raise MissingColumns(kind, missing, "、".join(cell.text for cell in header.cells if cell.text))
    made = Layout(kind, grid, header, columns, subjects, unknown)
    return made if found & {_CATEGORY} else _without_categories(made)


def _without_categories(layout: Layout) -> Layout:
    """Return a layout without categories in which nobody knows what words about one are: it is asked once for all rows."""
    place = layout.place(_OF_CATEGORY)
    if place is None or all(is_nothing(line.cell(place).text) for line in layout.lines):
        return layout
    header = layout.header.cell(place).text
    told = (
        f"表里没有“{_CATEGORY}”，“{header}”不知道说的是哪一类："
        f"请补上“{_CATEGORY}”一列，或把“{header}”说成“备注”或“{UNWANTED}”。"
    )
    columns = {at: column for at, column in layout.columns.items() if at != place}
    return replace(layout, columns=columns, unknown={**layout.unknown, place: header}, questions=(told,))


def names_a_place(header: str) -> bool:
    """Whether a header tells a column by its letters: it says nothing of the next sheet."""
    return _PLACE.fullmatch(plain_header(header)) is not None


def lists_children(grid: Grid, said: Mapping[str, Mapping[str, str]]) -> bool:
    """Whether a sheet has headers that name children, and rows below them; it may still lack what an import needs."""
    for kind in KINDS.values():
        words = _words(kind) | _plain_keys(said.get(kind.name, _NOTHING_SAID))
        try:
            whole, header = _in_one_row(grid, _header(grid, words), words)
        except NoHeaders:
            continue
        keys = {words.get(plain_header(cell.text)) for cell in header.cells}
        if keys & {"姓名", "学生编号", "学籍号", "证件号码"} and _below(whole, header):
            return True
    return False


def _plain_keys(mapping: Mapping[str, str]) -> dict[str, str]:
    return {plain_header(header): key for header, key in mapping.items()}


def _words(kind: Kind) -> dict[str, str]:
    words = {plain_header(word): UNWANTED for word in kind.ignored}
    for column in kind.columns.values():
        words |= {plain_header(word): column.key for word in (column.key, *column.words)}
    for word, subject in _subjects(kind).items():
        words.setdefault(plain_header(word), subject)
    return words


def _header(grid: Grid, words: Mapping[str, str]) -> Line:
    def known(line: Line) -> int:
        heads = {plain_header(cell.text) for cell in line.cells if cell.text}
        return sum(1 for head in heads if head in words)

    best = max(grid.lines[:_LOOKED_AT], key=known, default=None)
    if best is None or known(best) < _FEWEST:
        raise NoHeaders(grid.title)
    return best


def _below(grid: Grid, header: Line) -> tuple[Line, ...]:
    return tuple(
        line
        for line in grid.lines
        if line.number > header.number and not _is_total(line) and not line.is_empty
    )


def _in_one_row(grid: Grid, header: Line, words: Mapping[str, str]) -> tuple[Grid, Line]:
    """Return the sheet with its headers in one row, where a second one tells what stands under a merged cell."""
    second = next((line for line in grid.lines if line.number == header.number + 1), None)
    if second is None:
        return grid, header
    above, texts, known = "", [], 0
    for place in range(max(len(header.cells), len(second.cells))):
        own, inner = header.cell(place).text, second.cell(place).text
        above = own or above
        is_known_whole = plain_header(above + inner) in words
        known += bool(inner) and (is_known_whole or plain_header(inner) in words)
        texts.append(
            own
            if not inner
            else inner
            if plain_header(inner) in words and not is_known_whole
            else above + inner
        )
    filled = [place for place, cell in enumerate(second.cells) if cell.text]
    is_merged = any(not header.cell(place).text for place in filled)
    if known < _FEWEST or 2 * known < len(filled) or not is_merged:
        return grid, header
    whole = Line(second.number, tuple(Cell(text) for text in texts))
    lines = (whole if line is second else line for line in grid.lines if line is not header)
    return replace(grid, lines=tuple(lines)), whole


def _matched(
    kind: Kind, grid: Grid, header: Line, words: Mapping[str, str]
) -> tuple[dict[int, Column], dict[int, str], dict[int, str]]:
    columns: dict[int, Column] = {}
    subjects: dict[int, str] = {}
    unknown: dict[int, str] = {}
    taken: set[str] = set()
    for place, text in enumerate(_heads(grid, header)):
        placed = f"{text}（{column_name(place)} 列）"
        key = words.get(plain_header(placed), words.get(plain_header(text)))
        if key == UNWANTED or not plain_header(text):
            continue
        if key is None or key in taken:
            unknown[place] = placed if key else text
            continue
        taken.add(key)
        if key in kind.columns:
            columns[place] = kind.columns[key]
        else:
            subjects[place] = key
    return columns, subjects, unknown


def _heads(grid: Grid, header: Line) -> list[str]:
    """Return the header of each column; one without a header in which something stands goes by its letters."""
    below = _below(grid, header)
    heads = []
    for place in range(max((len(line.cells) for line in (header, *below)), default=0)):
        texts = [line.cell(place).text for line in below if line.cell(place).text]
        is_count = place == 0 and all(text.isdecimal() for text in texts)
        heads.append(header.cell(place).text or (f"{column_name(place)}列" if texts and not is_count else ""))
    return heads


def _subjects(kind: Kind) -> dict[str, str]:
    """Return the subjects that may head a column of scores, by each usual word; other kinds have none."""
    field = field_through(load_schemas().record("student"), ("成绩", "学科"))
    if kind.name != _SUBJECT or field is None:
        return {}
    return {**{each: each for each in field.values}, **synonyms(field)}


def _is_total(line: Line) -> bool:
    """Whether a row is none of the list: a sum, or words in which each filled cell says that it is a note."""
    filled = [cell for cell in line.cells if cell.text or cell.fault]
    if filled and all(_NOTE.match("".join(cell.text.split())) for cell in filled):
        return True
    first = next((cell.text for cell in filled if cell.text), "")
    return plain_header(first) in _ENDS or first.startswith("说明")
