"""The papers that can be printed: a list, and each blank one as a page to look at."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from generators.context import Context
from generators.document import Block, Paragraph, Role
from generators.papers import Paper, papers
from guanai.pages.escape import code, inline
from guanai.pages.markdown import markdown
from guanai.pages.table import table
from guanai.schema import Schemas

#: Blank papers leave every date open, so any day will do.
_ANY_DAY: Final = date(2026, 9, 1)
#: What a ledger is about: several children's files at once, which are no record of their own.
_ROSTER: Final = "学生名册"
#: What a view is about: many records, worked out for a unit and a period.
_VIEW: Final = "由多份记录汇总"
_MADE: Final = "<!-- 由 make pages 从 generators/ 生成，请勿手改。 -->\n\n"
_INTRO: Final = """\
# 文书与表格 {#forms}

能生成的文书都在这里，点开看空白的样子。每一种都可以印空白表手写，也可以由记录直接填好，见[出文书](../guide/papers.md)。

"""
_HINT: Final = """\
这是空白表的栏目，版面以 Word 文件为准。印空白表：`guanai generate {kind} --blank`。

"""


def form_pages(schemas: Schemas, context: Context) -> dict[str, str]:
    """Return path → Markdown: the list of papers and a page for each blank one.

    Policies have pages of their own.
    """
    blanks = {kind: paper for kind, paper in papers().items() if paper.subject != "policy"}
    return {
        "forms/index.md": _index(schemas),
        **{f"forms/{kind}.md": _page(paper, context) for kind, paper in blanks.items()},
    }


def _index(schemas: Schemas) -> str:
    return _MADE + _INTRO + table(("名称", "依据的记录", "密级", "种类"), _rows(schemas)) + "\n"


def _rows(schemas: Schemas) -> Iterator[tuple[str, ...]]:
    for kind, paper in papers().items():
        target = "../policies/index.md" if paper.subject == "policy" else f"{kind}.md"
        yield (
            f"[{inline(paper.title)}]({target})",
            inline(
                _VIEW
                if paper.view
                else schemas.title(paper.subject)
                if paper.subject in schemas.kinds
                else _ROSTER
            ),
            inline("、".join(sorted(paper.clearance)) or ("全校汇总" if paper.view else "不限")),
            code(kind),
        )


def _page(paper: Paper, context: Context) -> str:
    blank = paper.build(paper.inputs(None, context, _ANY_DAY), on=_ANY_DAY, blank=True)
    heading = f"# {inline(paper.title)} {{#{paper.kind}}}\n\n"
    return _MADE + heading + _HINT.format(kind=paper.kind) + markdown(filter(_is_content, blank.blocks))


def _is_content(block: Block) -> bool:
    """Tell what the page keeps: all but the paper's own title, which the page has already."""
    return not (isinstance(block, Paragraph) and block.role in (Role.TITLE, Role.FORM_TITLE))
