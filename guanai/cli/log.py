"""``guanai log``."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

import click

from guanai.access.redact import HIDDEN_NOTICE, plain
from guanai.cli.columns import padded, width
from guanai.cli.options import Command, Day, as_option, echo_json, json_option, on_option, start_of
from guanai.errors import Usage
from guanai.store.history import History
from guanai.store.pair import COUNSELING, Pair
from guanai.store.sentences import day_words
from guanai.workspace.chronicle import Chronicle, Event, Told
from guanai.workspace.facade import Workspace
from guanai.yamlfile import dump, pointer

#: Of a commit so many changes are told; the rest is counted.
_MOST_CHANGES = 12
_RECENT = 30
_SHORT = 8
_GAP = "  "


class NeedsRecord(Usage):
    """A person's edition shows the past of one record at a time."""

    def __init__(self) -> None:
        super().__init__("请写明看哪份记录的经过：guanai log S2024-7K3QD --as T-3XK9。")


@click.command(
    "log", cls=Command, help="谁在什么时候改了什么、为什么；不写编号则列出全校最近的修改（考勤除外）。"
)
@click.argument("record_id", metavar="[编号]", required=False, default="")
@click.option("--field", default="", metavar="栏目", help="只看一个栏目，写成 家庭.住址 或 预警.等级。")
@click.option("-n", "--limit", type=click.IntRange(1), default=None, metavar="次数", help="最多列出几次。")
@click.option(
    "--at", "day", type=Day(), default=None, metavar="日期", help="显示这份记录在这一天结束时的样子。"
)
@click.option("--attendance", is_flag=True, help="连考勤一起列出。")
@as_option
@on_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    record_id: str,
    field: str,
    limit: int | None,
    day: date | None,
    attendance: bool,
    staff: str,
    on: date,
    as_json: bool,
) -> None:
    """Print the past of a record, a record of the past, or what was saved lately."""
    workspace = Workspace.find(start_of(ctx))
    pair = Pair(workspace.root, workspace.root / COUNSELING)
    edition = workspace.edition(staff=staff, on=on)
    chronicle = Chronicle(History(pair, workspace.schemas), workspace.snapshot, edition, on=on)
    if not record_id:
        if staff or field or day:
            raise NeedsRecord
        _print_recent(chronicle, limit or _RECENT, on, with_attendance=attendance, as_json=as_json)
    elif day is not None:
        _print_as_of(workspace, chronicle, record_id, day, as_json=as_json)
    else:
        events = chronicle.events(record_id, field=field, limit=limit or 0, with_attendance=attendance)
        if as_json:
            echo_json({"id": record_id, "events": [_as_json(event) for event in events]})
        else:
            _print_events(events, on)


def _print_as_of(
    workspace: Workspace, chronicle: Chronicle, record_id: str, day: date, *, as_json: bool
) -> None:
    kind, commit, shown = chronicle.as_of(record_id, day)
    if as_json:
        body = {"id": record_id, "day": f"{day}", "commit": commit.id, "when": _instant(commit.when)}
        echo_json({**body, "record": plain(shown)})
        return
    who = chronicle.name(commit)
    click.echo(f"# {day} 结束时的样子，最后由 {who} 改于 {_instant(commit.when)}（{commit.id[:_SHORT]}）")
    click.echo(dump(plain(shown, notice=HIDDEN_NOTICE), workspace.schemas.record(kind)), nl=False)


def _print_recent(
    chronicle: Chronicle, limit: int, on: date, *, with_attendance: bool, as_json: bool
) -> None:
    found = list(chronicle.recent(limit=limit, with_attendance=with_attendance))
    if as_json:
        echo_json(
            {
                "commits": [
                    {
                        "commit": commit.id,
                        "when": _instant(commit.when),
                        "who": who,
                        "staff": commit.staff,
                        "action": commit.action,
                        "reason": commit.reason,
                        "subject": commit.subject,
                    }
                    for commit, who in found
                ]
            }
        )
        return
    for commit, who in found:
        when = f"{day_words(commit.when.date(), on)} {commit.when:%H:%M}"
        tail = _faint(" ".join(filter(None, (commit.reason, commit.id[:_SHORT]))))
        click.echo(_GAP.join((padded(when, 13), padded(who, 8), commit.subject, tail)))


def _print_events(events: Iterable[Event], on: date) -> None:
    count, year = 0, on.year
    for event in events:
        count += 1
        if event.when.year != year:
            year = event.when.year
            click.echo(_faint(f"—— {year}年 ——"))
        for line in _lines(event):
            click.echo(line)
    if not count:
        click.echo("没有您能看到的修改。", err=True)


def _lines(event: Event) -> Iterator[str]:
    day = f"{event.when.month}月{event.when.day}日"
    head = _GAP.join((padded(day, 8), padded(event.who, 8)))
    tail = _faint(" ".join(filter(None, (event.reason, event.commit[:_SHORT]))))
    told = [change.words for change in event.changes[:_MOST_CHANGES]]
    if len(event.changes) > _MOST_CHANGES:
        told.append(f"…… 共 {len(event.changes)} 处，全部见 --json")
    for place, words in enumerate(told):
        start = head if place == 0 else " " * width(head)
        end = f"{_GAP}{tail}" if place == 0 else ""
        yield f"{start}{_GAP}{words}{end}"


def _as_json(event: Event) -> dict[str, object]:
    return {
        "commit": event.commit,
        "when": _instant(event.when),
        "who": event.who,
        "staff": event.staff,
        "action": event.action,
        "reason": event.reason,
        "changes": [_change(change, event) for change in event.changes],
    }


def _change(change: Told, event: Event) -> dict[str, object]:
    day = f"{event.when.month}月{event.when.day}日"
    return {
        "field": pointer(change.path),
        "before": change.before,
        "after": change.after,
        "sentence": f"{day} {event.who} {change.words}",
    }


def _instant(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M}+08:00"


def _faint(words: str) -> str:
    return click.style(words, dim=True)
