"""``guanai import``."""  # noqa: N999 -- a command's module has its name, and that is a keyword

from datetime import date
from pathlib import Path

import click

from guanai.cli.options import Command, echo_json, json_option, now, on_option, start_of
from guanai.cli.saving import someone
from guanai.errors import Invalid, NotFound, Usage, cause
from guanai.saving import Conflict, Saved
from guanai.sheets.faulty import sentence_of
from guanai.sheets.kinds import KINDS
from guanai.sheets.proposals import Proposal
from guanai.workspace.facade import Workspace
from guanai.workspace.importing import Importer, Plan, Unmapped, Wanted, quoted
from guanai.workspace.papers import write_file

#: More are counted, not listed.
_SHOWN = 40
_MOST_READ = 2**26


@click.command(
    "import",
    cls=Command,
    help="从 Excel 表收进记录：先列出会改什么，加 --yes 才保存。例：guanai import 学籍.xlsx --as T-3XK9；"
    "guanai export 导出的台账改好后也这样收回。",
)
@click.argument("file", metavar="文件", type=click.Path(path_type=Path))
@click.option(
    "--kind", default="", metavar="种类", help=f"这是什么表：{'、'.join(KINDS)}；不写则按表头判断。"
)
@click.option(
    "--sheet",
    default="",
    metavar="工作表",
    help="读哪一张工作表；默认为第一张能读的。一次读一张，没有读的会列出来。",
)
@click.option(
    "--map",
    "mapping",
    multiple=True,
    metavar="列名=栏目",
    help="某一列是什么，成绩表可写学科；说一次就记住，不要的列写“列名=不要”。"
    '两列同名时写明第几列：--map "关系（G 列）=不要"，这样的不记住。',
)
@click.option(
    "--with", "given", multiple=True, metavar="栏目=内容", help="全表相同的内容，如 --with 日期=2026-11-18。"
)
@click.option(
    "--errors",
    type=click.Path(path_type=Path),
    default=None,
    metavar="文件",
    help="没有导入的行存到哪里；默认在原文件旁边。",
)
@click.option(
    "--as",
    "staff",
    required=True,
    callback=someone,
    metavar="教职工编号",
    help="由谁导入；权限按这个人的任职。",
)
@click.option("--yes", is_flag=True, help="保存；对保存前的询问一律答“是”。")
@on_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    file: Path,
    kind: str,
    sheet: str,
    mapping: tuple[str, ...],
    given: tuple[str, ...],
    errors: Path | None,
    staff: str,
    yes: bool,
    on: date,
    as_json: bool,
) -> int:
    """Show or save what a workbook would change; return 1 when some rows could not be taken."""
    workspace = Workspace.find(start_of(ctx))
    wanted = Wanted(staff, on, kind, sheet, _pairs(mapping, "--map"), _pairs(given, "--with"))
    importer = Importer(workspace, wanted)
    when = now()
    plan = importer.plan(_read(start_of(ctx) / file), now=when)
    returned = _return_faulty(
        plan, errors or file.with_name(f"{file.stem}-未导入.xlsx"), start_of(ctx), start_of(ctx) / file
    )
    if not yes:
        importer.remember(plan)
        _tell(plan, returned, as_json=as_json, saved="")
        return 1 if plan.faults else 0
    outcome = importer.save(plan, now=when)
    if isinstance(outcome, Conflict):
        raise Invalid("导入的时候有人改了同样的地方，没有保存；请再导入一次。")
    saved = outcome.commit if isinstance(outcome, Saved) and outcome.is_changed else ""
    _tell(plan, returned, as_json=as_json, saved=saved, is_done=True)
    return 1 if plan.faults else 0


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST_READ)
    except OSError as error:
        raise NotFound(f"{file} 读不出来（{cause(error)}）；请核对文件名和位置。") from error


def _return_faulty(plan: Plan, target: Path, start: Path, brought: Path) -> Path | None:
    if not plan.faults:
        return None
    if (start / target).resolve() == brought.resolve():
        raise Usage("--errors 写的就是要导入的那个文件，会把它盖掉；请换一个文件名。")
    write_file(start / target, plan.faulty())
    return start / target


def _pairs(words: tuple[str, ...], option: str) -> dict[str, str]:
    found = {}
    for each in words:
        left, equals, right = each.partition("=")
        if not equals or not left.strip() or not right.strip():
            raise Usage(f"{option} 写成“列名=栏目”的样子；现在是“{each}”。")
        found[left.strip()] = right.strip()
    return found


def _tell(plan: Plan, returned: Path | None, *, as_json: bool, saved: str, is_done: bool = False) -> None:
    if as_json:
        _tell_program(plan, returned, saved)
        return
    click.echo(f"工作表“{plan.sheet}”，按“{plan.kind}”读，共 {plan.rows} 行。")
    for each in plan.proposals[:_SHOWN]:
        _tell_one(each)
    if len(plan.proposals) > _SHOWN:
        click.echo(f"…… 共 {len(plan.proposals)} 行有改动")
    for question in plan.questions[:_SHOWN]:
        click.echo(f"请留意 {question}")
    for fault in plan.faults[:_SHOWN]:
        click.echo(sentence_of(fault), err=True)
    bad = len({fault.line for fault in plan.faults})
    if returned is not None:
        click.echo(f"有 {bad} 行没有导入，连同原因存在 {returned}；改好后导入那个文件即可。", err=True)
    click.echo(f"有改动 {len(plan.proposals)} 行，已经一样 {plan.same} 行，有错 {bad} 行。")
    _tell_end(plan, saved, is_done=is_done)
    for name in plan.other_sheets:
        click.echo(f"还有工作表 {name} 没有读；用 --sheet {quoted(name)} 再导入一次。", err=True)


def _tell_end(plan: Plan, saved: str, *, is_done: bool) -> None:
    if saved:
        click.echo(f"已保存（提交 {saved[:8]}）。")
    elif is_done:
        click.echo("内容和现在的一样，没有改动。")
    elif plan.unknown:
        click.echo(str(Unmapped(plan.unknown)), err=True)
    elif plan.edits:
        click.echo("还没有保存。看过没有问题，加 --yes 再来一次。", err=True)


def _tell_one(each: Proposal) -> None:
    click.echo(f"第 {each.line} 行 {each.subject}")
    for told in each.differences:
        click.echo(f"    {told.label}：{told.old or '（空）'} → {told.new or '（空）'}")


def _tell_program(plan: Plan, returned: Path | None, saved: str) -> None:
    rows = [
        {
            "row": each.line,
            "id": each.subject,
            "new": each.is_new,
            "changes": [{"label": told.label, "old": told.old, "new": told.new} for told in each.differences],
        }
        for each in plan.proposals
    ]
    faults = [
        {"row": each.line, "column": each.column, "label": each.label, "reason": each.reason}
        for each in plan.faults
    ]
    body = {
        "kind": plan.kind,
        "sheet": plan.sheet,
        "other_sheets": list(plan.other_sheets),
        "rows": plan.rows,
        "changed": rows,
        "same": plan.same,
        "faults": faults,
        "questions": list(plan.questions),
        "unknown": list(plan.unknown),
        "errors": str(returned) if returned else None,
        "commit": saved or None,
    }
    echo_json(body)
