"""The threads that make packs of papers while pages go on being served."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from guanai.workspace.packs import Pack


class Packers:
    """One thread for packs of the whole school, and one for those of a class.

    One at a time, as the pages come first; a class's takes seconds and does not wait for minutes behind the school's.
    """

    def __init__(self) -> None:
        """Threads begin with the first pack."""
        self.of_school = ThreadPoolExecutor(max_workers=1, thread_name_prefix="guanai-packs")
        self.of_classes = ThreadPoolExecutor(max_workers=1, thread_name_prefix="guanai-class-packs")

    def submit(self, pack: Pack, make: Callable[[], None]) -> None:
        """Have a pack made when its turn comes; ``make`` raises nothing."""
        (self.of_classes if pack.is_short else self.of_school).submit(make)

    def close(self) -> None:
        """Begin nothing more; what is being made comes to its end."""
        for each in (self.of_school, self.of_classes):
            each.shutdown(wait=False, cancel_futures=True)
