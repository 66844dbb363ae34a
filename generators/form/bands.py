"""Bands: rows of cells that state their widths, woven into one table whose columns are all their edges."""

from collections.abc import Callable, Sequence
from functools import cache, lru_cache
from itertools import accumulate, pairwise
from operator import itemgetter
from typing import Final, NamedTuple

from generators.document import Align, Cell, Face, Paragraph, Role, Row, Run, Table
from generators.form.telling import Words, runs
from guanai.model.base import maker

#: What stands in a cell: paragraphs, or a cell that other rows show too.
Content = tuple[Paragraph, ...] | Cell

# To find a member of an enum takes longer than to call a function; these are asked for at each cell.
_CELL: Final = Role.CELL
_HEI: Final = Face.HEI

_make_run, _make_paragraph, _make_cell, _make_row = maker(Run), maker(Paragraph), maker(Cell), maker(Row)


class Band(NamedTuple):
    """One row: cells with their widths, which fill the sheet together.

    ``height_mm``, ``splits`` and ``keep`` are those of `Row`.
    """

    cells: tuple[tuple[float, Content], ...]
    height_mm: float = 0
    splits: bool = True
    keep: bool = False


def weave(bands: Sequence[Band], *, header_rows: int = 0, ruled: bool = True) -> Table:
    """Return one table; a cell spans the columns between its own edges."""
    shapes = [tuple(map(_width, band.cells)) for band in bands]
    widths, spans_of = _woven(tuple(dict.fromkeys(shapes)))
    rows = [_row(band, spans_of[shape]) for band, shape in zip(bands, shapes, strict=True)]
    return Table(widths, tuple(rows), header_rows, ruled)


@cache
def label(text: str) -> Cell:
    """Return a cell that names what stands beside or below it; labels come from form files alone."""
    return Cell((Paragraph(Role.CELL_LABEL, (Run(text),)),), shaded=True)


def head(words: Words) -> Cell:
    """Return the cell that heads a long item."""
    line = tuple([_make_run(run.text, run.bold, _HEI, run.muted) for run in runs(words)])
    return _make_cell((_make_paragraph(_CELL, line),), shaded=True)


def value(lines: Sequence[Words], align: Align | None = None) -> tuple[Paragraph, ...]:
    """Return a cell of values, a paragraph a line; one empty paragraph where there is none."""
    if len(lines) == 1:
        return _line(lines[0], align)
    return tuple([_make_paragraph(_CELL, runs(line), align) for line in lines]) or _empty(align)


@lru_cache(maxsize=4096)
def _line(line: Words, align: Align | None) -> tuple[Paragraph, ...]:
    """Return a cell of one line; most are a day, a subject, a yes, and stand in paper after paper."""
    return (_make_paragraph(_CELL, runs(line), align),)


def remark(line: tuple[Run, ...], align: Align | None = None) -> tuple[Paragraph, ...]:
    """Return a cell that says something of what should stand there."""
    return (Paragraph(_CELL, line, align),)


@cache
def _empty(align: Align | None) -> tuple[Paragraph, ...]:
    return (Paragraph(_CELL, (), align),)


#: Widths of a row's cells.
_Shape = tuple[float, ...]
_width: Final[Callable[[tuple[float, Content]], float]] = itemgetter(0)


@lru_cache(maxsize=512)
def _woven(shapes: tuple[_Shape, ...]) -> tuple[_Shape, dict[_Shape, tuple[int, ...]]]:
    """Return the widths of the columns that rows of these shapes share, and of how many each cell spans.

    Papers of one form mostly have the same rows.
    """
    edges_of = {shape: [round(edge, 2) for edge in accumulate(shape)] for shape in shapes}
    edges = sorted({edge for found in edges_of.values() for edge in found})
    position = {edge: place for place, edge in enumerate(edges, 1)}
    spans_of = {
        shape: tuple(right - left for left, right in pairwise([0, *(position[edge] for edge in found)]))
        for shape, found in edges_of.items()
    }
    return tuple(round(right - left, 2) for left, right in pairwise([0.0, *edges])), spans_of


def _row(band: Band, spans: tuple[int, ...]) -> Row:
    cells = []
    for place, (_, content) in enumerate(band.cells):
        span = spans[place]
        if isinstance(content, tuple):
            cells.append(_make_cell(content, span))
        elif span == 1:
            cells.append(content)
        else:
            cells.append(_make_cell(content.paragraphs, span, content.rows, content.shaded))
    return _make_row(tuple(cells), band.height_mm, band.splits, band.keep)
