"""Templates of a form as words: each is made into a function once, which every paper then calls."""

from collections.abc import Callable
from typing import Final

from generators import wording
from generators.document import Run
from generators.form.derived import View
from generators.form.paths import LINES, Base, Optional, Path, Template
from generators.form.values import Finder, Writer, finder, writer
from guanai.model.base import Record, maker

_run: Final = maker(Run)

#: What one place prints, "" for nothing; a pair of marks encloses what stands for something hidden.
Words = str

#: Tells the words of a place.
Teller = Callable[[Record, View], Words]

#: No record can hold this sign.
_MARK: Final = "\0"

#: The words of a place that holds nothing else.
ALL_HIDDEN: Final[Words] = f"{_MARK}{wording.HIDDEN_WORDS}{_MARK}"

#: An empty pair parts two runs; taken out, it joins neighbours of one look.
_CUT: Final = _MARK * 2


def runs(words: Words) -> tuple[Run, ...]:
    """Return words as they are printed."""
    if not words:
        return ()
    if _MARK not in words:
        return (_run(words),)
    pieces = enumerate(words.split(_MARK))
    return tuple(Run(piece, muted=place % 2 == 1) for place, piece in pieces if piece)


def teller(template: Template, *, is_narrow: bool = False, whole: bool = False) -> Teller:
    """Return what tells a template: nothing where all its values are missing, one remark where all are hidden.

    Args:
        template: text and paths.
        is_narrow: dates are written short.
        whole: its own text stands even without a value.
    """
    tells = [_part_teller(part, is_narrow=is_narrow) for part in template.parts]
    if len(tells) == 1:
        return tells[0]
    values = [place for place, part in enumerate(template.parts) if not isinstance(part, str)]

    def tell(item: Record, view: View) -> str:
        told = [tell_part(item, view) for tell_part in tells]
        text = "".join(told).replace(_CUT, "")
        if whole:
            return text
        found = [told[place] for place in values if told[place]]
        if not found:
            return ""
        if found.count(ALL_HIDDEN) == len(found):
            return ALL_HIDDEN
        return text.strip()  # parts left out may have laid blanks bare

    return tell


def _part_teller(part: str | Path | Optional, *, is_narrow: bool) -> Teller:
    if isinstance(part, Path):
        return _path_teller(part, is_narrow=is_narrow)
    if isinstance(part, Optional):
        return _optional_teller(part, is_narrow=is_narrow)
    return lambda _item, _view: part


def _optional_teller(optional: Optional, *, is_narrow: bool) -> Teller:
    parts = [(isinstance(part, Path), _part_teller(part, is_narrow=is_narrow)) for part in optional.parts]

    def tell(item: Record, view: View) -> str:
        told = []
        is_hidden = True
        for is_value, tell_part in parts:
            text = tell_part(item, view)
            if is_value:
                if not text:
                    return ""
                is_hidden = is_hidden and text == ALL_HIDDEN
            told.append(text)
        return ALL_HIDDEN if is_hidden else _CUT.join(told)

    return tell


def _path_teller(path: Path, *, is_narrow: bool) -> Teller:
    write = writer(path, is_narrow=is_narrow)
    if path.base is Base.ITEM and not path.derived and len(path.steps) == 1 and not path.steps[0].many:
        return _attribute_teller(path.steps[0].name, write)
    return _values_teller(finder(path), write, style=path.style)


def _attribute_teller(name: str, write: Writer) -> Teller:
    """Return what tells one attribute of the item at hand, as most places do."""

    def tell(item: Record, view: View) -> str:
        if name in item.hidden:
            return ALL_HIDDEN
        value = getattr(item, name)
        return "" if value is None else write(value, view.context, view.on)

    return tell


def _values_teller(find: Finder, write: Writer, *, style: str) -> Teller:
    """Return what tells all values of a path, after each other or, in a style of `LINES`, below each other."""
    numbered, plain = LINES

    def tell(item: Record, view: View) -> str:
        found, is_hidden = find(item, view)
        texts = [write(value, view.context, view.on) for value in found]
        if len(texts) == 1:
            text = texts[0]
        elif style == numbered:
            text = "\n".join([f"{place}. {line}" for place, line in enumerate(texts, 1)])
        elif style == plain:
            text = "\n".join(texts)
        else:
            text = wording.joined(texts)
        return f"{text}{ALL_HIDDEN}" if is_hidden else text

    return tell
