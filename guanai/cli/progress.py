"""A progress bar on long work, for people only: nothing of it reaches a file or a pipe."""

from collections.abc import Iterable, Iterator
from typing import TypeVar

from rich.console import Console
from rich.progress import track

_T = TypeVar("_T")


def tracked(work: Iterable[_T], *, total: int, label: str) -> Iterator[_T]:
    """Yield the work's items while a bar on the terminal shows how far it is."""
    console = Console(stderr=True)
    if console.is_terminal:
        yield from track(work, description=label, total=total, console=console, transient=True)
    else:
        yield from work
