"""Reading records: guarded, in YAML 1.2's meaning, with lines for messages."""

from dataclasses import dataclass, field
from typing import Any

from guanai.errors import Problem
from guanai.yamlfile import nodes
from guanai.yamlfile.builder import MILD, build
from guanai.yamlfile.characters import clean, decode
from guanai.yamlfile.nodes import Kind, Node
from guanai.yamlfile.paths import Path, steps
from guanai.yamlfile.swift import MISS, read_canonical


@dataclass(frozen=True, slots=True)
class Loaded:
    """A record as read.

    Attributes:
        path: the file's name, as given.
        text: the decoded text, without a byte order mark and with LF line ends; "" where that failed.
        data: mappings, lists and scalars; None where a problem is fatal.
        problems: what is wrong with the text itself, in the order found.
    """

    path: str
    text: str = field(repr=False)
    data: Any = field(repr=False)
    problems: tuple[Problem, ...]
    _trees: list[Node] = field(default_factory=list, init=False, repr=False, compare=False)

    def line(self, path: Path | str) -> int:
        """Return the line (from 1) of a key or item, or of its nearest ancestor that is there; never raises.

        Args:
            path: steps or a JSON pointer.
        """
        tree = self._tree()
        entry = nodes.find(tree, steps(path))[0] if tree else None
        return entry.line + 1 if entry else 1

    def source(self, path: Path | str) -> str:
        """Return a scalar as it was typed (``0123``), without its quotes; "" where no scalar is."""
        tree = self._tree()
        entry, is_there = nodes.find(tree, steps(path)) if tree else (None, False)
        if entry is None or not is_there or entry.node.kind is not Kind.SCALAR:
            return ""
        return entry.node.typed or str(entry.node.value or "")

    def _tree(self) -> Node | None:
        # Marks cost more than the whole rest of reading; they are made when the first message needs them.
        if self.data is None:
            return None
        if not self._trees:
            self._trees.append(nodes.compose(self.text))
        return self._trees[0]


def load(raw: bytes, path: str) -> Loaded:
    """Return what a file's bytes hold; never raises, whatever the bytes.

    Args:
        raw: the file's content.
        path: the file's name below the workspace, for the problems.
    """
    text, problem = decode(raw, path)
    return Loaded(path, "", None, (problem,)) if problem else read(text, path)


def read(text: str, path: str = "") -> Loaded:
    """Return what a text holds, as `load` does for bytes."""
    normal, problems = clean(text, path)
    if any(problem.rule not in MILD for problem in problems):
        return Loaded(path, "", None, tuple(problems))
    data = read_canonical(normal)
    found: list[Problem] = []
    if data is MISS:
        data, found = build(normal, path)
    return Loaded(path, normal, data, (*problems, *found))
