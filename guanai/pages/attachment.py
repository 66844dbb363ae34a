"""The policy itself within its paper: what stands between the notice that puts it into force and the colophon."""

from collections.abc import Iterable, Iterator
from itertools import dropwhile, takewhile

from generators.document import Block, Paragraph, Role


def attachment(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield what follows the label 附件, up to the colophon; nothing where there is no such label."""
    rest = dropwhile(lambda block: not _is(block, Role.ATTACHMENT_LABEL), blocks)
    next(rest, None)
    return takewhile(lambda block: not _is(block, Role.IMPRINT), rest)


def _is(block: Block, role: Role) -> bool:
    return isinstance(block, Paragraph) and block.role is role
