"""What `guanai erase` says: what it would do, what it did, what it proves."""

from collections.abc import Iterable

import click

from guanai.cli.options import echo_json
from guanai.workspace.erasing.erasure import Outcome, Prospect
from guanai.workspace.erasing.mentions import Mention
from guanai.workspace.erasing.retention import Retention

_SHOWN = 40


def tell_due(found: tuple[Retention, ...], *, as_json: bool) -> None:
    """Print the retention list."""
    if as_json:
        echo_json(
            {
                "due": [
                    {"id": each.child, "ends_on": str(each.ends_on), "reason": each.reason} for each in found
                ]
            }
        )
        return
    for each in found:
        click.echo(f"{each.child}：{each.reason}")
    click.echo(
        f"保管期限已满的档案 {len(found)} 份。鉴定后不再保管的，用 guanai erase 编号… 删除。"
        if found
        else "没有保管期限已满的档案。",
        err=True,
    )


def tell_premature(found: Iterable[Retention]) -> None:
    """Warn of children whose files should still be kept."""
    for each in found:
        click.echo(f"注意：{each.child} 的档案还没有到期：{each.reason}", err=True)


def tell_prospect(prospect: Prospect) -> None:
    """Print what an erasure would do."""
    click.echo(f"删除 {len(prospect.children)} 名学生：{'、'.join(prospect.children[:_SHOWN])}")
    _tell_list("整份删去", prospect.own)
    _tell_list("去掉其中的提及", prospect.touched)
    click.echo(f"历史里共有 {prospect.versions} 个版本要删去或改写，涉及：")
    for title, place in prospect.places:
        click.echo(f"    {title} {place}")
    _tell_mentions(prospect.mentions)
    _tell_list("记录以外", (f"{each.path}（{each.what}）" for each in prospect.leftovers))
    _tell_list("加密的备份（里面可能还有，打不开看）", map(str, prospect.backups))
    _tell_list("不在这台电脑上，要到那里处理", prospect.remote)


def _tell_list(title: str, items: Iterable[str]) -> None:
    listed = list(items)
    if listed:
        click.echo(f"{title}（{len(listed)}）：")
    for item in listed[:_SHOWN]:
        click.echo(f"    {item}")
    if len(listed) > _SHOWN:
        click.echo(f"    …… 另有 {len(listed) - _SHOWN} 项")


def _tell_mentions(mentions: tuple[Mention, ...]) -> None:
    if mentions:
        click.echo(f"文字里直接写了姓名、电话、住址等（{len(mentions)} 处），要由您决定：")
    for each in mentions:
        where = f"{each.path}:{each.line}" if each.line else f"{each.path}（旧版本）"
        click.echo(f"    {where}: …{each.text}…{f'  〔有疑问：{each.doubt}〕' if each.doubt else ''}")


def tell_outcome(outcome: Outcome) -> None:
    """Print what an erasure did, and the proof."""
    for each in outcome.rewritten:
        click.echo(f"已改写 {each.place}：{each.commits} 次提交，其中 {len(each.renewed)} 次的编号变了。")
    _tell_list("已清理", map(str, outcome.removed))
    proof = outcome.evidence
    click.echo(
        f"查找了 {proof.repositories} 个仓库的 {proof.objects} 个对象（打包的和未打包的）以及缓存、文书和备份文件夹："
        f"{proof.words} 个编号、号码、姓名等，{proof.versions} 个旧版本，找到 {len(proof.remains)} 处。"
    )
    _tell_list("还剩", (f"{each.place}：{each.what}" for each in proof.remains))
    _tell_list("保留的备份（恢复时会自动再删一次）", map(str, outcome.backups))
    for address in outcome.remote:
        click.echo(
            f"镜像 {address} 不在这台电脑上：请在那台电脑上运行 guanai erase --mirror 镜像文件夹，再回来运行 guanai backup。"
        )
    click.echo(
        "旧的提交编号已经失效：各人电脑上的克隆请删去后重新 git clone，不要再推送旧的；请马上运行 guanai backup 重做备份。"
    )


def prospect_as_json(prospect: Prospect) -> dict[str, object]:
    """Return what an erasure would do as plain data."""
    return {
        "children": list(prospect.children),
        "removed": list(prospect.own),
        "changed": list(prospect.touched),
        "versions": prospect.versions,
        "mentions": [
            {"path": each.path, "line": each.line, "text": each.text, "doubt": each.doubt}
            for each in prospect.mentions
        ],
        "leftovers": [str(each.path) for each in prospect.leftovers],
        "backups": [str(each) for each in prospect.backups],
        "repositories": [str(place) for _, place in prospect.places],
        "remote": list(prospect.remote),
    }


def outcome_as_json(outcome: Outcome) -> dict[str, object]:
    """Return what an erasure did as plain data."""
    proof = outcome.evidence
    return {
        "children": list(outcome.children),
        "rewritten": {str(each.place): len(each.renewed) for each in outcome.rewritten},
        "removed": [str(each) for each in outcome.removed],
        "searched": {"repositories": proof.repositories, "objects": proof.objects, "words": proof.words},
        "remains": [f"{each.place}: {each.what}" for each in proof.remains],
        "backups": [str(each) for each in outcome.backups],
        "remote": list(outcome.remote),
    }
