"""``guanai remind``."""

from collections.abc import Iterator, Sequence
from datetime import date

import click

from guanai.cli.looking import context_of, known_person, look
from guanai.cli.options import Command, as_option, echo_json, json_option, on_option
from guanai.cli.progress import tracked
from guanai.workspace.facade import Workspace
from guanai.workspace.watch.mailing import MailRefused, load_mailing, message, sender_of
from guanai.workspace.watch.reminders import Reminders, reminders
from guanai.workspace.watch.tellings import Notice, digest, notices, number_of
from guanai.workspace.watch.vigil import View

#: More numbers than these are counted, not listed.
_SHOWN = 10


@click.command(
    "remind",
    cls=Command,
    help="把要做的事用邮件提醒负责的人；邮件里只有编号、期限和链接。服务器写在 .guanai/mail.yml；先用 --dry-run 看看。",
)
@click.option("--who", default="", metavar="教职工编号", help="只提醒这个人。")
@click.option("--dry-run", is_flag=True, help="只显示，不发送。")
@as_option
@on_option
@json_option
@click.pass_context
def command(
    ctx: click.Context,
    *,
    who: str,
    dry_run: bool,
    staff: str,
    on: date,
    as_json: bool,
) -> int:
    """Send everybody who has something to do a digest; return 1 when one was not sent."""
    workspace, view = look(ctx, staff, on)
    if who:
        known_person(view, who)
    mailing = load_mailing(workspace.root)
    wanted = reminders(view, view.duties(view.on))
    told = list(_digests(workspace, view, mailing.address, wanted, who))
    untold = [] if who else [number_of(workspace.secret, each) for each in wanted.untold]
    if as_json:
        body = [_as_json(person, mail, found) for person, mail, found in told]
        echo_json({"reminders": body, "untold": untold})
    send = None if dry_run else sender_of(mailing)
    context = context_of(view)
    failed = 0
    for person, mail, found in tracked(told, total=len(told), label="提醒"):
        text = digest(context.staff_name(person), on, found)
        if send is None:
            if not as_json:
                click.echo(f"收件人：{mail or f'{person}（没有邮箱）'}\n主题：{_subject(found)}\n\n{text}")
            continue
        if not mail:
            click.echo(f"{person} 没有写邮箱，没有提醒；请在 records/staff.yml 里补上。", err=True)
            failed += 1
            continue
        try:
            send(message(mailing.sender, mail, _subject(found), text))
        except MailRefused as error:
            click.echo(f"{person}：{error}", err=True)
            failed += 1
    if untold:
        click.echo(_untold(untold), err=True)
    click.echo(f"{'看过' if dry_run else '发出'} {len(told) - failed} 份，未成 {failed} 份。", err=True)
    return 1 if failed else 0


def _digests(
    workspace: Workspace, view: View, base: str, wanted: Reminders, who: str
) -> Iterator[tuple[str, str, tuple[Notice, ...]]]:
    """Yield staff id, mail address and what to tell, of everybody who is to be told of something."""
    for person in view.frame.staff.people:
        if who and who != person.id:
            continue
        told = notices(wanted.to.get(person.id, ()), workspace.secret, base)
        if told:
            yield person.id, person.email or "", told


def _untold(numbers: Sequence[str]) -> str:
    """Return what the one who sends is told of duties that nobody who answers for them may know of.

    A mail without any word of the child would still tell that there is one, and lead to a page that shows nothing.
    """
    more = f" 等 {len(numbers)} 项" if len(numbers) > _SHOWN else ""
    return (
        f"有 {len(numbers)} 项的责任人按任职看不到有关学生，没有给他们发邮件：{'、'.join(numbers[:_SHOWN])}{more}。"
        "请用 guanai explain 编号 看是哪一项，另请看得到的人来做，或在 records/staff.yml 里调整任职。"
    )


def _subject(found: tuple[Notice, ...]) -> str:
    return f"关爱事项 {len(found)} 项"


def _as_json(person: str, mail: str, found: tuple[Notice, ...]) -> dict[str, object]:
    return {
        "staff": person,
        "mail": mail,
        "duties": [
            {"number": each.number, "due": each.due, "state": each.state, "link": each.link} for each in found
        ],
    }
