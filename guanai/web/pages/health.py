"""How the gateway is: a word for machines, a page for who looks after it; no record on either."""

import os
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from guanai import __version__
from guanai.calendar import SHANGHAI
from guanai.errors import GuanaiError
from guanai.web.anchoring import anchor, anchored_on
from guanai.web.clock import late_clock
from guanai.web.gateway import Gateway, gateway_of
from guanai.web.log_checks import check_log, last_check
from guanai.web.policy import ADMIN, OPEN
from guanai.web.render import render
from guanai.web.routes import Door
from guanai.web.yearly import keep_year
from guanai.workspace import keeping
from guanai.workspace.compliance import KeptYears

_GIB = 2**30
_SCARCE_GIB = 2
_OLD_BACKUP_DAYS = 2
_OLD_DRILL_DAYS = 35
_UNFIT = "核对时和另存的日志头对不上，后面可能被截掉过、改过："
_EVIDENCE = (
    "另存的日志头是证据，不要删改。请报告校长，用 guanai audit verify 看是哪一条；"
    "查清以后，把旧的日志头文件收好、另起一个，第二天核对无误就不再提示。"
)


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the page.

    Attributes:
        title: what it is.
        words: how it stands.
        advice: what to do, "" where all is well.
    """

    title: str
    words: str
    advice: str = ""


def _health(_: Request) -> Response:
    return PlainTextResponse("ok")


def _page(request: Request) -> Response:
    gateway = gateway_of(request)
    reading = gateway.meters.read()
    return render(
        request,
        "health.html",
        running=tuple(_running(gateway)),
        copies=tuple(_copies(gateway)),
        log=_log_fact(gateway),
        anchored=_anchored(gateway),
        answers=reading.answers,
        median=reading.median_ms,
        slow=reading.slow_ms,
        faults=reading.faults,
    )


def _running(gateway: Gateway) -> Iterator[Fact]:
    main, counseling = gateway.moments.store.pair.heads()
    yield Fact("程序", f"guanai {__version__}，Python {sys.version.split()[0]}")
    yield Fact("档案的最新一版", main[:10] or "还没有")
    yield Fact("心理档案的最新一版", counseling[:10] or "还没有")
    yield _clock(gateway)
    yield Fact("登录着的", f"{gateway.sessions.count()} 处")
    yield Fact("账号", f"{len(gateway.accounts.all())} 个")
    free = shutil.disk_usage(gateway.root).free / _GIB
    yield Fact("磁盘空余", f"{free:.1f} GB", "快满了，满了就什么都不能保存。" if free < _SCARCE_GIB else "")
    memory = _memory_mib()
    if memory:
        yield Fact("占用内存", f"{memory:.0f} MB")


def _copies(gateway: Gateway) -> Iterator[Fact]:
    try:
        status = keeping.status(gateway.root)
    except GuanaiError as error:
        yield Fact("备份", "看不到", str(error))
        return
    now = gateway.settings.clock()
    for lag in status.lags:
        title = {"main": "镜像", "counseling": "心理档案的镜像"}.get(lag.name, lag.name)
        if not lag.address:
            yield Fact(title, "没有设", "请在 .guanai/backup.yml 里写上，见 guanai backup --help。")
        else:
            yield Fact(title, f"落后 {lag.behind} 次保存", lag.failure)
    made = datetime.fromtimestamp(status.newest.stat().st_mtime, SHANGHAI) if status.newest else None
    yield _age("加密备份", made, now, _OLD_BACKUP_DAYS, "请每晚运行一次 guanai backup。")
    yield _age(
        "恢复演练",
        status.drilled,
        now,
        _OLD_DRILL_DAYS,
        "请运行 guanai restore 的演练：没有试过恢复的备份不算备份。",
    )


def _age(title: str, made: datetime | None, now: datetime, days: int, advice: str) -> Fact:
    if made is None:
        return Fact(title, "还没有", advice)
    return Fact(title, f"{made:%Y-%m-%d %H:%M}", advice if (now - made).days >= days else "")


def _clock(gateway: Gateway) -> Fact:
    now = gateway.settings.clock().astimezone(SHANGHAI)
    return Fact("时钟", f"{now:%Y-%m-%d %H:%M}", late_clock(gateway))


def _log_fact(gateway: Gateway) -> Fact:
    try:
        head = gateway.audit.head()
    except GuanaiError as error:
        return Fact("查看日志", "断了", str(error))
    words = f"第 {head.number} 条，指纹 {head.hash[:16]}…"
    check = last_check(gateway.db)
    return Fact(
        "查看日志", words, f"{check.on} {_UNFIT}{check.told}{_EVIDENCE}" if check and check.told else ""
    )


def _anchored(gateway: Gateway) -> Fact:
    day = anchored_on(gateway.root)
    advice = (
        "请在 .guanai/backup.yml 里设好镜像或备份文件夹；在别的电脑上的，请每晚运行 guanai audit head -o。"
    )
    is_old = not day or (gateway.settings.today() - date.fromisoformat(day)).days >= _OLD_BACKUP_DAYS
    return Fact("日志头另存到", day or "还没有另存", advice if is_old else "")


def _keep_log(gateway: Gateway) -> None:
    """Pack old months, keep the head elsewhere once a day, and the figures of a year that is over."""
    check_log(gateway)  # before the next head, which fits in any case
    gateway.audit.seal()
    anchor(gateway.root, gateway.audit, gateway.settings.clock())
    year = gateway.settings.clock().year - 1
    if year not in KeptYears(gateway.root) and any(True for _ in gateway.audit.events(until=f"{year}-12")):
        keep_year(gateway.root, gateway.audit, year)


def _memory_mib() -> float:
    """Return what the process holds, 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 -- no folder of ours
            pages = int(file.read().split()[1])
    except (OSError, ValueError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


DOORS = (
    Door("/health", ("GET",), _health, OPEN, "health"),
    Door("/admin/health", ("GET",), _page, ADMIN, "admin-health", nav="运行情况", nav_rank=90),
)
CHORES = (_keep_log,)
