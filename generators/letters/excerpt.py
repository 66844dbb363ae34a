"""The articles of the compulsory education law that a teacher carries along (义务教育法节选), in the law's own words."""

from datetime import date
from typing import Final

from generators.context import Context
from generators.document import Face, Paragraph, Role, Run
from generators.letters.letter import Kind, Letter, law
from generators.official import paragraph
from guanai.model.school import School

#: Who has which right and which duty, what a school may not do, and whose it is to see to it.
_ARTICLES: Final = (2, 4, 5, 11, 13, 14, 27, 29, 58)


def draft(record: School | None, context: Context, on: date) -> Letter:  # noqa: ARG001 -- as all drafts
    """Return the excerpt; it is the same for every family."""
    first = law(f"义务教育法-{_ARTICLES[0]}")
    body: list[Paragraph] = []
    for number in _ARTICLES:
        found = law(f"义务教育法-{number}")
        lead, *more = (found.wording or "").split("\n")
        label = Run(f"{found.article}　", face=Face.HEI)
        body += [Paragraph(Role.BODY, (label, Run(lead))), *(paragraph(Role.BODY, line) for line in more)]
    note = f"（摘自《{first.title}》{first.version}文本，引用时以现行文本为准。）"
    return Letter(
        school=context.school.name,
        title=f"{first.title}\n（节选）",
        body=(*body, paragraph(Role.BODY, note)),
        subject="school" if record else "",
        is_signed=False,
    )


EXCERPT: Final = Kind("law-excerpt", "义务教育法节选", "school", frozenset(), draft)
