"""``guanai due``."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import click

from generators import my_week
from guanai.calendar import instant
from guanai.cli.columns import padded
from guanai.cli.looking import (
    child_words,
    context_of,
    due_words,
    echo_json_list,
    known_person,
    look,
    state_words,
)
from guanai.cli.options import Command, as_option, echo_json, json_option, on_option, start_of
from guanai.errors import Usage
from guanai.rules.duties import Occurrence, State
from guanai.workspace.facade import Workspace
from guanai.workspace.papers import write_file
from guanai.workspace.targets import require_folder
from guanai.workspace.watch.mailing import load_mailing
from guanai.workspace.watch.tellings import (
    calendar_file,
    number_of,
    still_open,
    subject_name,
)
from guanai.workspace.watch.vigil import View
from guanai.workspace.weeks import by_person, week_sheets

#: So many lines of one class are listed; the rest is counted.
_SHOWN = 60
#: A calendar file looks so far ahead.
_AHEAD = timedelta(days=28)


@click.command(
    "due",
    cls=Command,
    help="这一天要做的事：逾期、待办和提示，按班级和学生列出。例：guanai due --who T-3XK9；guanai due --week --who T-3XK9 打印一周。",
)
@click.option("--who", default="", metavar="教职工编号", help="只列这个人负责的。")
@click.option("--all", "everything", is_flag=True, help="提示和已完成的也逐条列出。")
@click.option("--ics", is_flag=True, help="为每个人写一个日历文件，只有编号和链接，没有学生的信息。")
@click.option("--week", is_flag=True, help="为每个人打印一页“我的一周”（DOCX）。")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=None,
    metavar="目录",
    help="日历和一周单存到哪里；默认为学校文件夹里的 documents。",
)
@as_option
@on_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    who: str,
    everything: bool,
    ics: bool,
    week: bool,
    output: Path | None,
    staff: str,
    on: date,
    as_json: bool,
) -> None:
    """List duties, or write them into calendars or onto a sheet."""
    if ics and week:
        raise Usage("--ics 和 --week 一次只用一个。")
    workspace, view = look(ctx, staff, on)
    if who:
        known_person(view, who)
    if ics or week:
        folder = start_of(ctx) / output if output else workspace.root / "documents"
        require_folder(folder)
        written = _calendars(workspace, view, who, folder) if ics else _weeks(workspace, view, who, folder)
        _tell_files(list(written), as_json=as_json)
        return
    found = [each for each in view.duties(on) if not who or who in each.owners]
    if as_json:
        secret = workspace.secret
        echo_json_list("duties", ({**each.as_json(), "number": number_of(secret, each)} for each in found))
    else:
        _print(view, found, everything=everything)


def _calendars(workspace: Workspace, view: View, who: str, folder: Path) -> Iterator[Path]:
    base = load_mailing(workspace.root).address
    ahead = view.duties_between(view.on, view.on + _AHEAD, instant(view.on))
    for person, found in by_person(view, ahead, who):
        target = folder / "due" / f"{person}.ics"
        write_file(target, calendar_file(person, view.on, found, workspace.secret, base))
        yield target


def _weeks(workspace: Workspace, view: View, who: str, folder: Path) -> Iterator[Path]:
    for document, stamp in week_sheets(view, who, workspace.secret):
        target = folder / my_week.KIND / f"{document.subject}.docx"
        write_file(target, workspace.press.render(document, stamp, "docx"))
        yield target


def _tell_files(written: Sequence[Path], *, as_json: bool) -> None:
    if as_json:
        echo_json({"files": [str(path) for path in written]})
        return
    for path in written[:_SHOWN]:
        click.echo(str(path))
    click.echo(f"写好 {len(written)} 份。", err=True)


def _print(view: View, found: Sequence[Occurrence], *, everything: bool) -> None:
    counts = Counter(each.state for each in found)
    summary = " · ".join(
        f"{state} {counts[state]}"
        for state in (State.OVERDUE, State.OPEN, State.REMINDER, State.DONE)
        if counts[state]
    )
    click.echo(f"{view.on}　{summary or '这一天没有要做的事。'}")
    urgent = [each for each in still_open(found) if everything or each.state is not State.REMINDER]
    listed = [*urgent, *(each for each in found if everything and each.state in (State.DONE, State.NOT_YET))]
    for head, lines in _grouped(view, listed):
        click.echo(f"\n{click.style(head, bold=True)}")
        for line in lines[:_SHOWN]:
            click.echo(f"  {line}")
        if len(lines) > _SHOWN:
            click.echo(f"  …… 这里共 {len(lines)} 行，全部见 --json")
    if not everything and (hidden := counts[State.REMINDER] + counts[State.DONE]):
        click.echo(
            f"\n提示和已完成的 {hidden} 项没有逐条列出；加 --all 全部列出，guanai explain 编号 看缘由。"
        )


def _grouped(view: View, found: Sequence[Occurrence]) -> Iterator[tuple[str, list[str]]]:
    """Yield each class with its lines, child by child; the most urgent class and child first."""
    context = context_of(view)
    classes: dict[str, dict[str, list[Occurrence]]] = {}
    for each in found:
        place = context.class_name(each.class_id, view.on) if each.class_id else "年级和学校"
        classes.setdefault(place, {}).setdefault(each.subject, []).append(each)
    for place, subjects in classes.items():
        lines = []
        for made in subjects.values():
            first = made[0]
            name = child_words(view, first.student) if first.student else subject_name(view, context, first)
            if first.student or name != place:
                lines.append(name)
            lines += [f"  {_line(context.staff_name(each.owners[0]), each)}" for each in made]
        yield place, lines


def _line(owner: str, made: Occurrence) -> str:
    late = "，晚于期限" if made.is_late else ""
    vacant = "（代）" if made.is_vacant else ""
    when = "适时" if made.is_soft else f"{due_words(made)} 前"
    because = f"　{made.because}" if made.because else ""
    return f"{padded(state_words(made), 12)}{padded(made.title, 18)}{padded(when, 26)}{owner}{vacant}{because}{late}"
