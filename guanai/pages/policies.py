"""The six presets as pages: the policy itself as it prints, without the notice that a school puts before it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Final

from generators import policy as policy_paper
from generators.context import Context
from generators.presets import load_preset, preset_slugs
from guanai.model.policy import Policy
from guanai.pages.attachment import attachment
from guanai.pages.escape import code, inline
from guanai.pages.markdown import markdown
from guanai.pages.table import table

#: Blank papers leave every date open, so any day will do.
_ANY_DAY: Final = date(2026, 9, 1)
_MADE: Final = "<!-- 由 make pages 从 generators/policies/ 生成，请勿手改。 -->\n\n"
_INTRO: Final = """\
# 制度样本 {#policies}

六份样本，把常见的关爱制度和控辍保学方案写成了可以直接采用的条文。学校挑一份，改成自己的：校名、领导小组、数字、说法都可以改，见[制度与数字](../guide/policy.md)。

"""
_HINT: Final = "样本 `{slug}`。印成 Word 文件：`guanai generate policy {slug}`。\n\n"


def policy_pages(context: Context) -> dict[str, str]:
    """Return path → Markdown: an index and a page for each preset, open where a school has names and dates."""
    presets = [load_preset(slug) for slug in preset_slugs()]
    return {
        "policies/index.md": _index(presets),
        **{f"policies/{preset.id}.md": _page(preset, context) for preset in presets},
    }


def _index(presets: Iterable[Policy]) -> str:
    rows = (
        (
            f"[{inline(preset.name)}]({preset.id}.md)",
            inline("、".join(preset.stages)),
            inline(f"{len(tuple(_clauses(preset)))}条"),
            code(preset.id),
        )
        for preset in presets
    )
    return _MADE + _INTRO + table(("名称", "学段", "篇幅", "样本"), rows) + "\n"


def _clauses(preset: Policy) -> Iterator[str]:
    return (clause.id for chapter in preset.chapters for clause in chapter.clauses)


def _page(preset: Policy, context: Context) -> str:
    paper = policy_paper.build(policy_paper.inputs(preset, context, _ANY_DAY), on=_ANY_DAY, blank=True)
    heading, gap, text = markdown(attachment(paper.blocks)).partition("\n\n")
    return _MADE + heading + gap + _HINT.format(slug=preset.id) + text
