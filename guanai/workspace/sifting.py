"""The rows of a sheet gathered by record, and of each record those that can be saved together."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from guanai.saving import Edit
from guanai.saving.trial import Rehearsal, Tried
from guanai.sheets.proposals import Fault, Proposal
from guanai.yamlfile import Change, Set, applied


def by_record(proposals: Sequence[Proposal]) -> Iterator[list[Proposal]]:
    """Yield the proposals of each record together; a new one's are told apart by what they are about."""
    groups: dict[tuple[str, str], list[Proposal]] = {}
    for each in proposals:
        key = ("", _new_name(each)) if each.is_new else ("", each.record)
        groups.setdefault(key, []).append(each)
    yield from groups.values()


def sifted(group: list[Proposal], rehearsal: Rehearsal) -> tuple[Edit | None, Tried | None, list[Fault]]:
    """Return what of a record's rows can be saved together, and why the others cannot."""
    edit = _edit(group)
    if edit is None:
        return None, None, []
    outcome = next(rehearsal.tried([edit]))
    if outcome.is_fine:
        return edit, outcome, []
    if len(group) == 1:
        return None, None, [fault for each in group for fault in _faults(each, outcome)]
    fine: list[Proposal] = []
    faults: list[Fault] = []
    for each in group:
        alone = _edit([*fine, each])
        tried = next(rehearsal.tried([alone])) if alone is not None else None
        if tried is None or tried.is_fine:
            fine.append(each)
        else:
            faults += _faults(each, tried)
    edit = _edit(fine)
    return (edit, next(rehearsal.tried([edit])), faults) if edit is not None else (None, None, faults)


def _new_name(each: Proposal) -> str:
    whole = _whole_of(each)
    if each.record == "attendance":
        return f"records/attendance/{whole.get('学期')}/{whole.get('班级')}/{whole.get('月份')}.yml"
    return each.subject


def _whole_of(each: Proposal) -> Mapping[str, Any]:
    first = each.changes[0] if each.changes else None
    return (
        first.value if isinstance(first, Set) and not first.path and isinstance(first.value, Mapping) else {}
    )


def _edit(group: Sequence[Proposal]) -> Edit | None:
    changes: tuple[Change, ...] = tuple(change for each in group for change in each.changes)
    if not changes:
        return None
    if group[0].is_new:
        seed, more = changes[0], tuple(change for each in group for change in each.changes[1:])
        whole = applied(seed.value, more) if isinstance(seed, Set) else {}
        return Edit(group[0].record, (Set((), whole),), is_new=True)
    return Edit(group[0].record, changes, group[0].base)


def _faults(each: Proposal, outcome: Tried) -> Iterator[Fault]:
    if outcome.error:
        yield Fault(each.line, -1, "", outcome.error)
    for problem in outcome.problems:
        path = tuple(problem.pointer.split("/")[1:])
        yield Fault(each.line, *each.place(path), problem.message)
    for refused, reason in outcome.refusals:
        yield Fault(each.line, *each.place(refused), reason)
    for clash in outcome.disputed:
        who = f"{clash.who}已先改过" if clash.who else "别人已先改过"
        yield Fault(each.line, *each.place(clash.place), f"{who}（{clash.title}）；请重新导出再改")
