"""What a syntax error means: the line to mend and a sentence a teacher understands.

libyaml tells where it could not go on, often the line after the slip, in words for programmers. We look at
that line and at those before it that it may have swallowed.
"""

import re
from collections.abc import Callable, Iterator
from functools import cached_property
from itertools import islice

from yaml.error import MarkedYAMLError, YAMLError

from guanai.errors import Problem
from guanai.yamlfile.slips import Slip, dash_slip, keylike_slip

_LONGEST = 500  # longer lines are cut before patterns look at them
_REACH = 300  # lines looked back at
_CONFLICT = re.compile(r"(?:<{7}|={7}|>{7}|\|{7})(?: |$)")
_DASHES = re.compile(r"(?:- +)+")
_SEPARATOR = re.compile(r":(?: |$)")
_BLOCK = re.compile(r"(?:^|[:-]) +[|>][-+0-9]*(?: +#.*)?$")
_DASH = re.compile(r"-+[^\s\d-]|-\d")
_WIDE_INDENT = re.compile(r"[ ]*[　\xa0]")
_CHINESE_QUOTE = re.compile(r"[^:]{1,40}:\s*(?:[“”][^:]*: |[“”].*[\"']\s*$|[\"'][^\"']*[“”]\s*$)")
_OPEN_QUOTE = re.compile(r"(?:[^:\"']{1,40}:\s+)?(?P<quote>[\"'])")
_ESCAPED = re.compile(r"\\.")
_KEY = re.compile(r"(?P<key>[^:]{1,40}):(?: |$)")


def explain(error: YAMLError, text: str, path: str) -> Problem:
    """Return the one problem behind a syntax error."""
    scene = _Scene(error, text)
    for look in _LOOKS:
        for line, found in look(scene):
            return Problem(path, min(line, scene.last) + 1, "", *found)
    message = "这一行程序读不懂；请检查冒号、空格、引号和缩进，或给内容加英文引号。"
    return Problem(path, min(scene.line, scene.last) + 1, "", "yaml.syntax", message)


class _Scene:
    """The error as we look at it: lines counted from 0."""

    def __init__(self, error: YAMLError, text: str) -> None:
        marked = error if isinstance(error, MarkedYAMLError) else MarkedYAMLError()
        self.what = str(marked.problem or "")
        self.context = str(marked.context or "")
        here, there = marked.problem_mark, marked.context_mark
        self.lines = [line[:_LONGEST] for line in text.split("\n")]
        self.last = max((place for place, line in enumerate(self.lines) if line.strip()), default=0)
        self.line = here.line if here else 0
        self.column = here.column if here else 0
        self.context_line = there.line if there else self.line
        self.context_column = there.column if there else 0
        if self.line > self.last:
            self.line, self.column = self.last, len(self.lines[self.last])

    @cached_property
    def _block_lines(self) -> set[int]:
        return set(self._blocks())

    def _blocks(self) -> Iterator[int]:
        """The lines of block texts, where anything may stand."""
        place = 0
        while place <= self.last:
            is_header = bool(_BLOCK.search(self.lines[place]))
            place += 1
            depth = self._next_indent(place) if is_header else 0
            while (
                depth
                and place <= self.last
                and (self.indent(place) >= depth or not self.lines[place].strip())
            ):
                yield place
                place += 1

    def _next_indent(self, place: int) -> int:
        while place < self.last and not self.lines[place].strip():
            place += 1
        return self.indent(place) if place <= self.last else 0

    @property
    def sign(self) -> str:
        """The character at which libyaml stopped."""
        return self.lines[self.line][self.column : self.column + 1]

    def bare(self, line: int) -> str:
        """A line without indentation and dashes."""
        return _DASHES.sub("", self.lines[line].strip(), count=1)

    def indent(self, line: int) -> int:
        return len(self.lines[line]) - len(self.lines[line].lstrip(" "))

    def before(self, line: int) -> Iterator[int]:
        """The lines above that hold something, nearest first."""
        end = max(line - 1 - _REACH, -1)
        return (place for place in range(line - 1, end, -1) if self.lines[place].strip())

    def suspects(self) -> Iterator[int]:
        """The lines that may hold the slip: where libyaml stopped, where it began, what it swallowed."""
        if "quoted" in self.context:
            return  # an open quote swallows lines that are fine
        start = self.context_line if "simple key" in self.context else self.line
        yield start
        for line in self.before(start):
            if line in self._block_lines:
                return
            yield line
            if _SEPARATOR.search(self.bare(line)) or self.lines[line].lstrip().startswith("#"):
                return


_Found = Iterator[tuple[int, Slip]]


def _conflict(scene: _Scene) -> _Found:
    for line, text in enumerate(scene.lines):
        if _CONFLICT.match(text):
            message = (
                "这里有两人同时修改留下的冲突标记（<<<<<<< ======= >>>>>>>）；请留下正确的内容，删去标记行。"
            )
            yield line, ("yaml.conflict", message)


def _tab(scene: _Scene) -> _Found:
    for line in (scene.line, scene.context_line):
        text = scene.lines[line] if line <= scene.last else ""
        if "\t" in text[: len(text) - len(text.lstrip())] or "found a tab" in scene.what:
            yield line, ("yaml.tab", "行首用了 Tab 键；请删去它，改用空格缩进（每层 2 个）。")
            return
        if re.match(r"[ ]*-\t", text):
            yield line, ("yaml.tab", "“-”后面是 Tab；请改成一个空格。")


def _wide_indent(scene: _Scene) -> _Found:
    for line in scene.suspects():
        if _WIDE_INDENT.match(scene.lines[line]):
            yield line, ("yaml.blank", "行首有全角空格；请删去它，改用普通（半角）空格缩进。")


def _dash(scene: _Scene) -> _Found:
    for line in scene.suspects():
        text = scene.lines[line].strip()
        if _DASH.match(text) and not text.startswith("---"):
            yield line, dash_slip(text)


def _colon(scene: _Scene) -> _Found:
    for line in scene.suspects():
        bare = scene.bare(line)
        if not _SEPARATOR.search(bare) and (found := keylike_slip(bare)):
            yield line, found


def _chinese_quotes(scene: _Scene) -> _Found:
    line = scene.context_line if "quoted scalar" in scene.context else scene.line
    if _CHINESE_QUOTE.match(scene.bare(line)):
        yield line, ("yaml.chinese-quotes", '这一行的引号用了中文引号；请两边都改成英文引号 "。')


def _brackets(scene: _Scene) -> _Found:
    if "flow" not in scene.context:
        return
    opening = scene.lines[scene.context_line][scene.context_column :]
    sign = next((sign for sign in "，：" if sign in opening), None)
    if sign == "，":
        yield scene.context_line, ("yaml.comma", "括号里用了全角逗号“，”；请改用半角逗号加空格“, ”。")
    elif sign:
        yield scene.context_line, ("yaml.colon", "括号里用了全角冒号“：”；请改用半角冒号加空格“: ”。")
    else:
        pair = "[ ]" if "sequence" in scene.context else "{ }"
        message = f"括号 {pair} 没有成对，或里面少了逗号；请补上，若是文字请给整段内容加英文引号。"
        yield scene.context_line, ("yaml.bracket", message)


def _quotes(scene: _Scene) -> _Found:
    if "unknown escape" in scene.what or "escape" in scene.what:
        yield scene.line, ("yaml.escape", "英文双引号里的反斜杠 \\ 有特殊含义；请写成 \\\\，或改用单引号。")
    if "quoted scalar" in scene.context:
        yield scene.context_line, ("yaml.unclosed", "这一行的引号没有成对；请在内容末尾补上引号。")
    if "expected key" not in scene.what and "block end" not in scene.what:
        return
    for line in (scene.line, *islice(scene.before(scene.line), 5)):
        match = _OPEN_QUOTE.match(scene.bare(line))
        if match and _ESCAPED.sub("", scene.bare(line)).count(match["quote"]) % 2:
            yield line, ("yaml.unclosed", "这一行的引号没有成对；请在内容末尾补上引号，或去掉多余的引号。")
    if _OPEN_QUOTE.match(scene.bare(scene.line)):
        message = "引号后面还有内容；请把整段内容放进一对英文引号，里面的引号改用中文引号“”。"
        yield scene.line, ("yaml.unclosed", message)


def _reserved(scene: _Scene) -> _Found:
    rules = {
        "an alias": "yaml.alias",
        "an anchor": "yaml.anchor",
        "a tag": "yaml.tag",
        "a directive": "yaml.directive",
    }
    for words, rule in rules.items():
        if scene.context.endswith(words):
            sign = scene.lines[scene.context_line][scene.context_column : scene.context_column + 1]
            yield scene.context_line, (rule, f"“{sign}”开头的内容有特殊含义；若是文字，请给整段加英文引号。")
    if "expected node content" in scene.what and not scene.sign:  # the text ends inside a bracket
        message = "括号 [ ] 没有成对；请补上，若是文字请给整段内容加英文引号。"
        yield scene.line, ("yaml.bracket", message)
    elif "cannot start any token" in scene.what or "expected node content" in scene.what:
        yield scene.line, ("yaml.reserved", f"内容不能以“{scene.sign}”开头；请给整段内容加英文引号。")
    if scene.bare(scene.line).startswith(":"):
        yield scene.line, ("yaml.key", "冒号前面没有栏目名；请补上。")
    if scene.sign and scene.sign in "]}":
        yield (
            scene.line,
            ("yaml.bracket", f"多了一个“{scene.sign}”；请删去它，若是文字请给整段内容加英文引号。"),
        )
    if "block scalar" in scene.context:
        message = "“|”或“>”后面不能接文字；多行文字请从下一行写起，单行文字请加英文引号。"
        yield scene.context_line, ("yaml.block", message)


def _unfinished(scene: _Scene) -> _Found:
    if "simple key" not in scene.context:
        return
    word = scene.bare(scene.context_line)[:20]
    message = f"这一行只有“{word}”，后面缺冒号和内容；请补成“{word}: …”，或删去这一行。"
    above = next(scene.before(scene.context_line), None)
    if (
        above is not None
        and not _KEY.match(scene.bare(above))
        and scene.indent(above) == scene.indent(scene.context_line)
    ):
        message = f"“{word}”前面缺“- ”，或后面缺冒号；请对照上面几行补上。"
    yield scene.context_line, ("yaml.colon", message)


def _two_colons(scene: _Scene) -> _Found:
    bare = scene.bare(scene.line)
    if "mapping values" in scene.what and len(_SEPARATOR.findall(bare)) > 1:
        yield scene.line, ("yaml.colon", "一行里有两个“: ”；内容里有冒号和空格时，请给整段内容加英文引号。")


def _indent(scene: _Scene) -> _Found:
    above = next(scene.before(scene.line), None)
    if above is None:
        return
    spaces = scene.indent(scene.line)
    peers = sorted({scene.indent(line) for line in scene.before(scene.line)})
    where = f"这一行前面有 {spaces} 个空格，与上面各行都对不齐"
    if "mapping values" in scene.what and spaces > scene.indent(above):
        key = _KEY.match(scene.bare(above))
        name = f"“{key['key']}”" if key else "上一行"
        message = f"这一行缩进过多：{name}已经有内容，下面不能再缩进；请与第 {above + 1} 行的开头对齐。"
    elif spaces in peers:
        message = "这一行的位置不对：列表各项要以“- ”开头并对齐，栏目要与同级的栏目对齐；请对照上面几行调整。"
    else:
        fit = " 或 ".join(str(peer) for peer in peers if abs(peer - spaces) <= 2) or str(peers[-1])
        message = f"{where}；请改成 {fit} 个空格，与同级的行对齐。"
    if "expected" in scene.what or "mapping values" in scene.what:
        yield scene.line, ("yaml.indent", message)


_LOOKS: tuple[Callable[[_Scene], _Found], ...] = (
    _conflict,
    _tab,
    _wide_indent,
    _chinese_quotes,
    _colon,
    _dash,
    _two_colons,
    _reserved,
    _brackets,
    _quotes,
    _unfinished,
    _indent,
)
