"""Bands: rows of cells that state their widths, woven into one table whose columns are all their edges."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, pairwise

from generators.document import Align, Cell, Paragraph, Role, Row, Run, Table


@dataclass(frozen=True, slots=True)
class Band:
    """One row: cells with their widths, which fill the sheet together.

    ``height_mm``, ``splits`` and ``keep`` are those of `Row`.
    """

    cells: tuple[tuple[float, Cell], ...]
    height_mm: float = 0
    splits: bool = True
    keep: bool = False


def weave(bands: Sequence[Band], *, header_rows: int = 0, ruled: bool = True) -> Table:
    """Return one table; a cell spans the columns between its own edges."""
    shapes = {tuple(width for width, _ in band.cells) for band in bands}
    edges_of = {shape: [round(edge, 2) for edge in accumulate(shape)] for shape in shapes}
    edges = sorted({edge for found in edges_of.values() for edge in found})
    position = {edge: place for place, edge in enumerate(edges, 1)}
    spans_of = {
        shape: [right - left for left, right in pairwise([0, *(position[edge] for edge in found)])]
        for shape, found in edges_of.items()
    }
    widths = tuple(round(right - left, 2) for left, right in pairwise([0.0, *edges]))
    rows = tuple(_row(band, spans_of[tuple(width for width, _ in band.cells)]) for band in bands)
    return Table(widths, rows, header_rows, ruled)


@cache
def label(text: str) -> Cell:
    """Return a cell that names what stands beside or below it; labels come from form files alone."""
    return Cell((Paragraph(Role.CELL_LABEL, (Run(text),)),), shaded=True)


def value(lines: Iterable[tuple[Run, ...]], align: Align | None = None) -> Cell:
    """Return a cell of values, a paragraph a line; one empty paragraph where there is none."""
    found = tuple(Paragraph(Role.CELL, line, align) for line in lines)
    return Cell(found or (Paragraph(Role.CELL, (), align),))


def _row(band: Band, spans: Sequence[int]) -> Row:
    cells = tuple(
        cell if span == 1 else Cell(cell.paragraphs, span, cell.rows, cell.shaded)
        for span, (_, cell) in zip(spans, band.cells, strict=True)
    )
    return Row(cells, band.height_mm, band.splits, band.keep)
