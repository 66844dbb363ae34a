"""The school's policies, and how each clause stands: who answers for what, and how often it was done, by month.

Whether a duty is open or overdue hangs on the moment and comes from the gateway; what stands here is the same
until a record changes.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from generators import policy as policy_paper
from guanai.clauses import Assignment, assignments
from guanai.errors import GuanaiError
from guanai.model.policy import Policy
from guanai.pages.attachment import attachment
from guanai.pages.audiences import SCHOOL
from guanai.pages.escape import inline
from guanai.pages.markdown import markdown
from guanai.pages.trees.addresses import Addresses
from guanai.pages.trees.page import Markup, Page, Sheet, link
from guanai.pages.trees.view import View
from guanai.rules.deed_rows import JOINT
from guanai.rules.plans import evidence_labels
from guanai.rules.rows import extract

_KINDS: Final = ("student", "meeting", "activity", "decision", "screening")
_NOT_TOLD: Final = "按权限不显示"
#: So many months are told one by one: a term.
_MONTHS: Final = 6


def policy_pages(view: View, addresses: Addresses) -> Iterator[Page]:
    """Yield a page for each policy in the school's records; they belong to the school's tree alone."""
    if view.unit != SCHOOL:
        return
    found = view.of_kind("policy")
    done = _done(view) if found else {}
    for seen in sorted(found, key=lambda each: each.id):
        yield _page(Policy.from_mapping(dict(seen.data)), view, addresses, done)


#: How often something was done: by evidence word, by month.
_Done = Mapping[str, Counter[str]]


def _page(policy: Policy, view: View, addresses: Addresses, done: _Done) -> Page:
    sheet = Sheet(f"policies/{policy.id}.md", policy.name)
    sheet.made_from(policy.id)
    sheet.block("links", (f"<p>{link('各项职责此刻的状态', addresses.duties)}</p>",))
    sheet.heading("各条落实情况", "standing")
    sheet.paragraph("次数按全校记录统计，只算这里看得到的；是否到期、是否逾期，见职责页。")
    sheet.table(
        ("条款", "职责", "责任人", "周期或期限", "佐证", "次数（按月）"),
        (_row(assignment, view, done) for assignment in assignments(policy)),
    )
    sheet.heading("全文", "text")
    page = sheet.page()
    return Page(page.path, page.title, f"{page.text}\n{_text(policy, view)}", page.records)


def _row(assignment: Assignment, view: View, done: _Done) -> tuple[Markup, ...]:
    duty = assignment.duty
    when = "，".join(part for part in (duty.cadence, duty.day, duty.weekday, duty.time, duty.limit) if part)
    return (
        inline(assignment.where),
        inline(duty.id),
        inline("、".join(duty.owner)),
        inline(when),
        inline("、".join(duty.evidence)),
        "<br>".join(f"{inline(word)}：{_count(word, view, done)}" for word in duty.evidence),
    )


def _count(word: str, view: View, done: _Done) -> Markup:
    if not evidence_labels(word) <= frozenset(view.audience.sees):
        return _NOT_TOLD
    months = done.get(word)
    if not months:
        return "没有"
    told = sorted(months.items())[-_MONTHS:]
    return "，".join(f"{inline(month)} {count} 次" for month, count in told)


def _done(view: View) -> dict[str, Counter[str]]:
    held = frozenset(view.audience.sees)
    found: dict[str, Counter[str]] = {}
    for kind in _KINDS:
        for _, data in view.whole(kind):
            rows = extract(kind, data)
            for deed in (*rows.get("deeds", ()), *([rows["deed"]] if "deed" in rows else ())):
                if frozenset(filter(None, deed[7].split(JOINT))) <= held:
                    found.setdefault(deed[0], Counter())[deed[1][:7]] += 1
    return found


def _text(policy: Policy, view: View) -> str:
    try:
        paper = policy_paper.build(policy_paper.inputs(policy, view.context, view.on), on=view.on)
    except GuanaiError as error:
        return f"{inline(str(error))}\n"
    # The page has its title and sections; the paper's own headings stand one step lower.
    text = markdown(attachment(paper.blocks)).partition("\n\n")[2]
    return "\n".join(f"#{line}" if line.startswith("#") else line for line in text.splitlines()).replace(
        "{#s", "{#t"
    )
