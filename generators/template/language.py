"""What a placeholder may say: a field of the record, a loop over its lists, a condition; nothing that runs.

Jinja's sandbox stands below this, but nothing is left to it: a template is read before it is run, and every name,
attribute and filter is held against the schema.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from typing import Any, Final

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.runtime import LoopContext
from jinja2.sandbox import SandboxedEnvironment
from jinja2.utils import Namespace

from guanai.schema import Field

#: Names a template begins with, each with its fields.
Roots = Mapping[str, Field]

_TEXT: Final = Field(type="string")
#: Filters that take one item of a list, and those that write a value.
_PICKS: Final = frozenset({"首", "末", "现", "主"})
_WRITES: Final = frozenset({"日期", "年月", "时刻", "数", "默认"})
FILTERS: Final = _PICKS | _WRITES
_LOOP: Final = Field(children={name: Field(key=name, type="integer") for name in ("index", "first", "last")})
_DEEPEST: Final = 3
_COMPARISONS: Final = frozenset({"eq", "ne", "in", "notin"})


@dataclass(frozen=True, slots=True)
class Mistake:
    """A placeholder that cannot be filled; ``line`` counts from 1 in the text that was read."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class _Scope:
    """What names mean at a place: fields, and how many loops stand around it."""

    names: Mapping[str, Field]
    depth: int = 0

    def within(self, name: str, item: Field) -> "_Scope":
        return _Scope({**self.names, name: item, "loop": _LOOP}, self.depth + 1)


class _Wrong(Exception):
    """A mistake on its way out of an expression."""

    def __init__(self, node: nodes.Node, message: str) -> None:
        self.mistake = Mistake(node.lineno, message)
        super().__init__(message)


def read(text: str, roots: Roots, environment: Environment) -> list[Mistake]:
    """Return what is wrong in the placeholders of a text; none when it can be filled.

    Args:
        text: the template's words with its placeholders.
        roots: what they may speak of.
        environment: knows the syntax.
    """
    try:
        tree = environment.parse(text)
    except TemplateSyntaxError as error:
        return [Mistake(error.lineno, f"占位符没有写对（{_syntax(error.message or '')}）")]
    except RecursionError:
        return [Mistake(1, "占位符套得太深")]
    found = _Reader()
    found.body(tree.body, _Scope(dict(roots)))
    return found.mistakes


@dataclass(slots=True)
class _Reader:
    """Walks over the statements."""

    mistakes: list[Mistake] = field(default_factory=list)

    def body(self, statements: list[Any], scope: _Scope) -> None:
        for each in statements:
            try:
                self._statement(each, scope)
            except _Wrong as wrong:
                self.mistakes.append(wrong.mistake)

    def _statement(self, node: nodes.Node, scope: _Scope) -> None:
        if isinstance(node, nodes.Output):
            for each in node.nodes:
                self._output(each, scope)
        elif isinstance(node, nodes.If):
            _meaning(node.test, scope)
            for part in (node.body, node.elif_, node.else_):
                self.body(list(part), scope)
        elif isinstance(node, nodes.For):
            self._loop(node, scope)
        else:
            raise _Wrong(node, f"这里不能用“{type(node).__name__.lower()}”；只可写栏目、for 和 if")

    def _output(self, node: nodes.Node, scope: _Scope) -> None:
        """Judge one placeholder; those beside it are judged too."""
        try:
            if not isinstance(node, nodes.TemplateData):
                _require_leaf(node, _meaning(node, scope))
        except _Wrong as wrong:
            self.mistakes.append(wrong.mistake)

    def _loop(self, node: nodes.For, scope: _Scope) -> None:
        if scope.depth >= _DEEPEST:
            raise _Wrong(node, f"循环套了 {_DEEPEST} 层以上")
        if not isinstance(node.target, nodes.Name) or node.recursive:
            raise _Wrong(node, "循环写成 {% for 条 in 学生.过程记录 %} 的样子")
        listed = _meaning(node.iter, scope)
        if listed is None or listed.type != "array" or listed.item is None:
            raise _Wrong(node.iter, "循环只能用在一组条目上，如 学生.过程记录；这里不是")
        inner = scope.within(node.target.name, replace(listed.item, key=listed.key))
        if node.test is not None:
            _meaning(node.test, inner)
        self.body(node.body, inner)
        self.body(node.else_, scope)


def _meaning(node: nodes.Node, scope: _Scope) -> Field | None:  # noqa: C901 -- one branch a kind of expression
    """Return what an expression stands for, None for a word or figure of the template's own."""
    if isinstance(node, nodes.Name):
        return _named(node, scope)
    if isinstance(node, nodes.Getattr):
        return _attribute(node, scope)
    if isinstance(node, nodes.Filter):
        return _filtered(node, scope)
    if isinstance(node, nodes.Const):
        return None
    if isinstance(node, nodes.List | nodes.Tuple):
        parts: list[Any] = list(node.items)
    elif isinstance(node, nodes.Not):
        parts = [node.node]
    elif isinstance(node, nodes.And | nodes.Or):
        parts = [node.left, node.right]
    elif isinstance(node, nodes.Compare) and all(each.op in _COMPARISONS for each in node.ops):
        parts = [node.expr, *(each.expr for each in node.ops)]
    elif isinstance(node, nodes.CondExpr):
        parts = [each for each in (node.test, node.expr1, node.expr2) if each is not None]
    else:
        raise _Wrong(node, "这里只可写栏目和简单的条件，不能写算式、下标或调用")
    for part in parts:
        _meaning(part, scope)
    return _TEXT


def _named(node: nodes.Name, scope: _Scope) -> Field:
    found = scope.names.get(node.name)
    if found is None:
        known = "、".join(name for name in scope.names if name != "loop")
        raise _Wrong(node, f"没有“{node.name}”；这里可以写：{known}")
    return found


def _attribute(node: nodes.Getattr, scope: _Scope) -> Field:
    whole = _meaning(node.node, scope)
    if node.attr.startswith("_"):
        raise _Wrong(node, f"“{node.attr}”不是栏目")
    if whole is None:
        raise _Wrong(node, "点的前面要是学生、学校或循环里的条目")
    if whole.type == "array":
        raise _Wrong(
            node,
            f"“{whole.key}”有许多条，不能直接取“{node.attr}”；用 for 逐条写，或写成 ({whole.key}|首).{node.attr}",
        )
    found = whole.children.get(node.attr)
    if found is None:
        near = get_close_matches(node.attr, list(whole.children), n=3, cutoff=0.3)
        hint = f"；是不是 {'、'.join(near)}" if near else ""
        raise _Wrong(node, f"“{whole.key or '这里'}”没有“{node.attr}”这一栏{hint}")
    return found


def _filtered(node: nodes.Filter, scope: _Scope) -> Field:
    if node.name not in FILTERS or node.node is None:
        raise _Wrong(node, f"没有“{node.name}”这种写法；竖线后可写：{'、'.join(sorted(FILTERS))}")
    is_plain = all(isinstance(each, nodes.Const) for each in node.args) and not (
        node.kwargs or node.dyn_args or node.dyn_kwargs
    )
    if not is_plain or len(node.args) != (1 if node.name == "默认" else 0):
        raise _Wrong(node, f"“{node.name}”的写法不对")
    whole = _meaning(node.node, scope)
    is_list = whole is not None and whole.type == "array"
    if node.name in _PICKS | {"数"} and not is_list:
        raise _Wrong(node, f"“{node.name}”只能用在一组条目上")
    if whole is not None and whole.item is not None and node.name in _PICKS - {"现"}:
        return replace(whole.item, key=whole.key)
    if whole is not None and node.name == "现":
        return whole
    return _TEXT


def _require_leaf(node: nodes.Node, meaning: Field | None) -> None:
    if meaning is None:
        raise _Wrong(node, "占位符里要写栏目，如 {{ 学生.姓名 }}")
    item = meaning.item if meaning.type == "array" else meaning
    if meaning.type == "object" or (item is not None and item.type == "object"):
        inner = next(iter((item or meaning).children), "…")
        raise _Wrong(node, f"“{meaning.key}”下面还有栏目，要写到具体一栏，如 {meaning.key}.{inner}")


def _syntax(message: str) -> str:
    """Return the usual complaints of the parser in Chinese, others as they are."""
    for english, chinese in _COMPLAINTS:
        if english in message:
            return chinese
    return "请核对括号、百分号和 for、if 的写法"


_COMPLAINTS: Final = (
    ("Unexpected end of template", "少了 {% endfor %} 或 {% endif %}"),
    ("Encountered unknown tag", "有不认识的标记，或多了 endfor、endif"),
    ("unexpected end of", "没有写完"),
    ("unexpected char", "有不能用的符号"),
    ("expected token", "括号或标点不对"),
    ("Missing end of", "没有写完"),
)


class TooMuch(Exception):
    """A template writes more than a form can hold; ``list_key`` names the list it last went over."""

    def __init__(self, list_key: str) -> None:
        self.list_key = list_key
        super().__init__(list_key)


class Closed(SandboxedEnvironment):
    """An environment in which a value has no attributes but the keys of its record."""

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a key of a mapping, or what a loop knows of its place; nothing else."""
        if isinstance(obj, LoopContext):
            return getattr(obj, attribute) if attribute in _LOOP.children else self.undefined(name=attribute)
        if isinstance(obj, Mapping) and not isinstance(obj, Namespace):
            return obj.get(attribute, "")
        return self.undefined(name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return nothing: a template has no subscripts."""
        del obj
        return self.undefined(name=str(argument))

    def is_safe_callable(self, obj: Any) -> bool:
        """Nothing may be called."""
        del obj
        return False

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """No attribute of an object may be reached."""
        del obj, attr, value
        return False
