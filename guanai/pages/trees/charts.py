"""Charts as inline SVG without style or script; beneath each stands the table it was drawn from."""

from collections.abc import Iterator, Sequence
from typing import Final

from guanai.pages.escape import inline
from guanai.pages.trees.page import Markup, Sheet

#: Units of the picture: width, height of a bar with its gap, room for the words and for the figures.
_WIDTH, _STEP, _BAR, _WORDS, _FIGURES = 640, 30, 18, 190, 60
#: Longer words would run into the bars.
_LONGEST: Final = 12


def bars(sheet: Sheet, title: str, unit: str, values: Sequence[tuple[str, int]], name: str) -> None:
    """Add a chart of bars and its table; nothing where all is nought.

    Args:
        sheet: the page.
        title: what it shows.
        unit: of the figures, such as 人.
        values: words and figures, in order.
        name: an identifier, once on the page.
    """
    if not any(count for _, count in values):
        return
    sheet.block("chart", _picture(title, unit, values, name))
    sheet.table((title, unit), ((inline(words), str(count)) for words, count in values))


def _picture(title: str, unit: str, values: Sequence[tuple[str, int]], name: str) -> Iterator[Markup]:
    yield f'<p class="g-name">{inline(title)}（{inline(unit)}）</p>'
    height = _STEP * len(values) + 8
    told = "；".join(f"{words} {count}{unit}" for words, count in values)
    yield (
        f'<svg role="img" viewBox="0 0 {_WIDTH} {height}" aria-labelledby="{name}-t {name}-d" class="g-bars">'
        f'<title id="{name}-t">{inline(title)}</title><desc id="{name}-d">{inline(told)}</desc>'
    )
    most = max(count for _, count in values)
    for place, (words, count) in enumerate(values):
        top = 4 + place * _STEP
        length = round((_WIDTH - _WORDS - _FIGURES) * count / most)
        middle = top + _BAR - 4
        short = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
        yield (
            f'<text x="{_WORDS - 10}" y="{middle}" text-anchor="end">{inline(short)}</text>'
            f'<rect class="g-bar" x="{_WORDS}" y="{top}" width="{length}" height="{_BAR}" rx="2"/>'
            f'<text x="{_WORDS + length + 8}" y="{middle}">{count}</text>'
        )
    yield "</svg>"
