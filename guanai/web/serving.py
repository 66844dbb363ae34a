"""Runs the gateway under uvicorn until it is told to stop; what is under way is finished first."""

import errno
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import uvicorn

from generators.papers import papers
from guanai.errors import Conflict, GuanaiError, cause
from guanai.web.app import make_app
from guanai.web.clock import late_clock
from guanai.web.gateway import Gateway
from guanai.web.settings import Settings

_PATIENCE_SECONDS = 10
_BACKLOG = 512


class StrayDemo(Conflict):
    """Accounts of a demo, whose passwords were printed, in a school that is none."""

    def __init__(self) -> None:
        super().__init__(
            "没有启动：这里有演示用的账号，而这所学校没有标明是演示（records/school.yml 的“演示”）。"
            "请运行 guanai user demo --remove 去掉它们。"
        )


class PortTaken(Conflict):
    """The address or port cannot be had."""

    def __init__(self, host: str, port: int, error: OSError) -> None:
        if error.errno == errno.EADDRINUSE:
            why = "另一个程序正占着，也许 guanai 已经在运行；要再开一个，请用 --port 换一个端口"
        elif error.errno == errno.EADDRNOTAVAIL or isinstance(error, socket.gaierror):
            why = "这台电脑没有这个地址；请看 --host 写得对不对"
        elif error.errno in (errno.EACCES, errno.EPERM):
            why = "没有权限，1024 以下的端口要管理员才能用；请用 --port 换一个，443 留给前面的 Caddy 或 nginx"
        else:
            why = f"{cause(error)}；请用 --port 换一个"
        super().__init__(f"没有启动：{host} 的 {port} 端口用不了：{why}。")


def serve(
    root: Path,
    settings: Settings,
    *,
    tell: Callable[[str], None],
    warn: Callable[[str], None] = lambda _: None,
) -> None:
    """Serve a workspace until interrupted.

    Args:
        root: the workspace.
        settings: how.
        tell: called with the address once the port is ours.
        warn: called with what does not keep it from starting, but should be mended.

    Raises:
        StrayDemo, PortTaken, PlainBeyondLoopback, ForeignStore, GuanaiError: it could not start.
    """
    if os.name == "posix":
        os.umask(0o077)  # what is written from here on is for the service's account alone
    app = make_app(root, settings)
    gateway: Gateway = app.state.gateway
    try:
        _demand_no_stray(gateway)
        listening = _bound(settings)
        late = late_clock(gateway)
    except GuanaiError:
        gateway.close()
        raise
    if late:
        warn(late)
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,  # addresses name records; who looked is in the audit log
        proxy_headers=False,  # the host gate believes one proxy, by address
        server_header=False,
        timeout_graceful_shutdown=_PATIENCE_SECONDS,
        timeout_keep_alive=15,
        h11_max_incomplete_event_size=32 * 1024,
        ws="none",
    )
    # The first child's page would wait a second for the list of forms to be read.
    threading.Thread(target=papers, name="warm", daemon=True).start()
    tell(_address(settings, listening.getsockname()[1]))
    uvicorn.Server(config).run(sockets=[listening])


def _demand_no_stray(gateway: Gateway) -> None:
    has_demo = any(each.is_demo for each in gateway.accounts.all())
    if has_demo and not gateway.moments.now().snapshot.school.is_demo:
        raise StrayDemo


def _bound(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    # Named, or asyncio does not see that it is TCP and leaves the small packets of an answer waiting for each other.
    made = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if os.name == "posix":
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((settings.host, settings.port))
        made.listen(_BACKLOG)
    except OSError as error:
        made.close()
        raise PortTaken(settings.host, settings.port, error) from error
    return made


def _address(settings: Settings, port: int) -> str:
    if settings.names:
        return f"https://{settings.names[0]}/"
    name = settings.insecure_names[0] if settings.insecure_names else settings.host
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"
