"""The form as it is shown: what was typed before in its fields, a blank item for each one begun, errors beside them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from guanai.check.links import IN_FILES
from guanai.errors import Problem
from guanai.web.forms.model import MANY, Control, FormModel, Group, Item, Node, Rows
from guanai.web.forms.parse import Parsed, steps_in
from guanai.yamlfile import Path, pointer

Texts = Mapping[str, tuple[str, ...]]
#: What check says to who has the file open, and what it says on a page.
_ON_PAGES = (
    ("与所在文件夹（", "与这份记录建立时的（"),
    ("文件夹所写的学期", "这份记录所属的学期"),
    ("与文件名 ", "与这份记录的编号 "),
    ("文件名不能改动，请改正编号。", "编号不能改动，请改回去。"),
)


@dataclass(frozen=True, slots=True)
class Error:
    """One thing to mend: the field's name ("" for none), its title, and what to do."""

    name: str
    title: str
    words: str


def shown(model: FormModel, texts: Texts) -> FormModel:
    """Return a form with what was typed instead of what stands in the record."""
    return replace(model, nodes=tuple(_shown(model.nodes, texts)))


def errors_of(model: FormModel, parsed: Parsed, problems: Iterable[Problem] = ()) -> tuple[Error, ...]:
    """Return what is to be mended, each at its field where that is on the page.

    Args:
        model: the form as it is shown.
        parsed: what the post meant.
        problems: what was wrong with the record afterwards, in the words of check.
    """
    titles = {control.name: control.title for control in model.controls()}
    found = [Error(name, titles.get(name, ""), words) for name, words in parsed.errors.items()]
    for problem in problems:
        name = _posted_name(problem, parsed, titles)
        found.append(Error(name, titles.get(name, ""), on_page(problem)))
    return tuple(dict.fromkeys(found))


def on_page(problem: Problem) -> str:
    """Return what is wrong in the words of who stands before a page and has no file."""
    words = problem.message
    if problem.rule == "ref.missing" and IN_FILES in words:
        missing = words.partition(IN_FILES)[0]
        return f"{missing}；请{'用 @ ' if missing.endswith('学生') else ''}从名单里选，或者核对编号。"
    for told, ours in _ON_PAGES:
        words = words.replace(told, ours)
    return words


def copied(blank: Item, path: Path, texts: Texts) -> Item:
    """Return a blank item at another place of its list, with what was typed there before."""
    nodes = tuple(_moved(node, len(blank.path), path) for node in blank.nodes)
    return replace(blank, path=path, nodes=tuple(_shown(nodes, texts)))


def _shown(nodes: tuple[Node, ...], texts: Texts) -> Iterator[Node]:
    for node in nodes:
        if isinstance(node, Control):
            yield _filled(node, texts)
        elif isinstance(node, Group):
            yield replace(node, nodes=tuple(_shown(node.nodes, texts)))
        else:
            yield _rows(node, texts)


def _filled(control: Control, texts: Texts) -> Control:
    if control.name not in texts:
        return control
    given = texts[control.name]
    if control.look in MANY:
        return replace(control, value=list(given) or None, text="\n".join(given))
    return replace(control, text=given[-1] if given else "")


def _rows(rows: Rows, texts: Texts) -> Rows:
    items = tuple(
        replace(item, nodes=tuple(_shown(item.nodes, texts)), is_going=f"-{item.name}" in texts)
        for item in rows.items
    )
    blanks: tuple[Item, ...] = ()
    if rows.blank is not None:
        begun = steps_in(texts, rows.path) or [str(rows.blank.path[-1])]
        blanks = tuple(copied(rows.blank, (*rows.path, step), texts) for step in begun)
    return replace(rows, items=items, blanks=blanks)


def _moved(node: Node, depth: int, to: Path) -> Node:
    path = (*to, *node.path[depth:])
    if isinstance(node, Control):
        return replace(node, path=path)
    if isinstance(node, Group):
        return replace(node, path=path, nodes=tuple(_moved(each, depth, to) for each in node.nodes))
    return replace(node, path=path)


def _posted_name(problem: Problem, parsed: Parsed, titles: Mapping[str, str]) -> str:
    """Return the field that a problem speaks of: the place itself, a key that is missing in it, or what holds it."""
    name = problem.pointer
    for real, posted in parsed.places.items():
        if name == real or name.startswith(f"{real}/"):
            name = posted + name[len(real) :]
    missing = problem.message.split("缺少“", 1)[1].split("”", 1)[0] if "缺少“" in problem.message else ""
    inner = f"{name}{pointer((missing,))}" if missing else ""
    for each in (inner, name):
        if each in titles:
            return each
    while name and name not in titles:
        name = name.rpartition("/")[0]
    return name
