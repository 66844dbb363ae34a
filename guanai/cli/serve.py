"""``guanai serve``."""

from datetime import date
from pathlib import Path

import click

from guanai.cli.options import Command, Day, start_of
from guanai.workspace.root import find_root

_HELP = """在浏览器里用：登录、查看、填写、下载文书。

第一次启动时，在学校文件夹旁边建好共享仓库（文件夹名.git），以后都从那里读、往那里存；自己的文件夹用 git pull 取回。

\b
只在本机：          guanai serve
全校用（带证书）：  guanai serve --name guanai.school.lan
                    前面放一个 Caddy 或 nginx，由它管证书，转到 127.0.0.1:8000
"""


@click.command("serve", cls=Command, help=_HELP)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="地址", help="在哪个地址上等。")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    metavar="端口",
    help="在哪个端口上等；0 为随便一个空着的。",
)
@click.option(
    "--name",
    "names",
    multiple=True,
    metavar="名字",
    help="浏览器里的网址的名字；前面的代理说 HTTPS。可写几次。",
)
@click.option("--proxy", "proxies", multiple=True, metavar="地址", help="那个代理的地址，默认为本机。")
@click.option(
    "--insecure-http",
    "insecure",
    multiple=True,
    metavar="名字",
    help="在这个名字（或地址）上不加密地提供服务：密码会在网络上被看见，只用于试用。",
)
@click.option("--on", "on", type=Day(), default=None, metavar="日期", help="以这一天为今天；演示用。")
@click.option(
    "--ready-file",
    type=click.Path(dir_okay=False, path_type=Path),
    default=None,
    metavar="文件",
    help="能用时把网址写进这个文件，给脚本用。",
)
@click.pass_context
def command(
    ctx: click.Context,
    host: str,
    port: int,
    names: tuple[str, ...],
    proxies: tuple[str, ...],
    insecure: tuple[str, ...],
    on: date | None,
    ready_file: Path | None,
) -> int:
    """Serve until stopped; return 1 when it could not start."""
    # The web server takes half a second to import: no other command pays for it.
    from guanai.web.serving import serve  # noqa: PLC0415 -- see above
    from guanai.web.settings import Settings  # noqa: PLC0415 -- see above

    settings = Settings(
        host=host,
        port=port,
        names=tuple(name.lower() for name in names),
        insecure_names=tuple(name.lower() for name in insecure),
        proxies=proxies or Settings().proxies,
        on=on,
    )

    def tell(address: str) -> None:
        click.echo(f"请在浏览器中打开：{address}    （按 Ctrl+C 结束）")
        if ready_file is not None:
            ready_file.write_text(address + "\n", encoding="utf-8")

    serve(
        find_root(start_of(ctx)),
        settings,
        tell=tell,
        warn=lambda words: click.echo(f"注意：{words}", err=True),
    )
    return 0
