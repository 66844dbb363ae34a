"""Pages for what went wrong; they are alike for everyone, so that they tell nothing of what is there."""

import hashlib
import logging
import os
import traceback
from collections.abc import Mapping
from types import MappingProxyType

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from guanai.errors import Conflict, Forbidden, GuanaiError, Invalid, NotFound, Usage
from guanai.saving import Faulty, NotPermitted
from guanai.web.audit import AuditNotKept
from guanai.web.db import DatabaseUnusable
from guanai.web.gateway import gateway_of
from guanai.web.render import render

_log = logging.getLogger("guanai.web")
_TITLES: Mapping[int, tuple[str, str]] = MappingProxyType(
    {
        400: ("这个请求看不懂", "请回到上一页重新打开；地址请从页面上的链接点开，不要手写。"),
        401: ("登录已经到时", "您刚才提交的内容还没有保存。请先在另一个窗口登录，再回到这里重新提交。"),
        403: ("没有收下", "这个页面开得太久，或者不是从本系统打开的。请回到首页重新打开，再提交一次。"),
        404: (
            "没有这一页",
            "可能是地址写错了，也可能不在您今天的任职范围里。确有需要时，请向校长或分管副校长申请。",
        ),
        405: ("这一页不能这样打开", "请从首页的链接点开。"),
        409: ("没有保存", "别人刚改过同一份记录。请重新打开再改。"),
        413: ("提交的内容太大", "请分几次提交；附件请压缩后再传。"),
        422: ("这里现在打不开", "有一份记录需要先改好。请告诉系统管理员：先运行 guanai check。"),
        429: ("这一小时太多了", "请过一会儿再来。"),
        500: ("程序出了错", "您刚才做的可能没有保存。请把下面的编号告诉系统管理员。"),
        503: (
            "现在不能打开",
            "请告诉系统管理员：磁盘可能满了，或者程序的文件打不开。刚才提交的，好了以后先看看保存了没有。",
        ),
    }
)


class SentTwice(Usage):
    """A field that stands alone came several times: no form of ours sends it so."""

    def __init__(self) -> None:
        super().__init__(
            "同一栏送来了两次，不知道哪一个算数，所以什么都没有做。请回到上一页重新打开，再填一次。"
        )


#: The one table of families and statuses; what one may not see is not there.
_STATUSES: tuple[tuple[type[GuanaiError], int], ...] = (
    (AuditNotKept, 503),
    (DatabaseUnusable, 503),
    (NotPermitted, 403),
    (Forbidden, 404),
    (NotFound, 404),
    (Conflict, 409),
    (Invalid, 422),
    (Usage, 400),
)
#: Without these nobody is let in and nothing shown, whoever asks for what.
VITAL = (AuditNotKept, DatabaseUnusable)
#: Families whose sentences are worded for who asked; others may quote what that person must not read.
_FOR_PEOPLE = (AuditNotKept, Conflict, Faulty, NotPermitted, SentTwice)


def status_of(error: GuanaiError) -> int:
    """Return the status of an error."""
    return next((status for family, status in _STATUSES if isinstance(error, family)), 500)


def is_for_people(error: GuanaiError) -> bool:
    """Tell whether an error's sentence may be shown to who asked."""
    return isinstance(error, _FOR_PEOPLE)


def unavailable(request: Request, error: GuanaiError) -> Response:
    """Return the page for what keeps anything from being shown; the administrator finds the cause in the service's log."""
    gateway_of(request).meters.fault(type(error).__name__)
    _log.error("%s", error)
    return page(request, 503, str(error) if is_for_people(error) else "")


def too_many_files(request: Request, wait: int) -> Response:
    """Return the page for who has taken as many files as one may in an hour; ``wait``: seconds until the next."""
    most = gateway_of(request).settings.downloads_per_hour
    told = (
        f"一小时里最多下载 {most} 份，您已经下载了这么多，还要等 {-(-wait // 60)} 分钟。"
        "要一个班或全校的，请用“成批生成”，一批算一份。没有下载这么多？可能有人用了您的账号：请改密码，并告诉系统管理员。"
    )
    response = page(request, 429, told)
    response.headers["retry-after"] = str(wait)
    return response


def page(request: Request, status: int, told: str = "", *, reference: str = "") -> Response:
    """Return the page of a status.

    Args:
        request: the request.
        status: of the answer.
        told: a sentence that replaces the usual one.
        reference: number of a fault, for the administrator.
    """
    title, usual = _TITLES.get(status, _TITLES[400])
    return render(
        request,
        "error.html",
        status=status,
        title=title,
        told=told or usual,
        reference=reference,
        is_bare=True,
    )


def http_error(request: Request, error: Exception) -> Response:
    """Return the page of an error of Starlette's."""
    status = error.status_code if isinstance(error, HTTPException) else 500
    response = page(request, status)
    if isinstance(error, HTTPException) and error.headers:
        response.headers.update(error.headers)
    return response


class FaultGate:
    """Turns a fault of the program into a page with a reference; what led to it goes to the log alone."""

    def __init__(self, app: ASGIApp) -> None:
        """``app``: what is behind."""
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on; answer 500 where something breaks before an answer has begun."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_begun = False

        async def watched(message: Message) -> None:
            nonlocal is_begun
            is_begun = is_begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, watched)
        except Exception as error:  # the outermost shell
            if is_begun:
                raise
            request = Request(scope)
            reference = _kept(error, request)
            await page(request, 500, reference=reference)(scope, receive, send)


def _kept(error: Exception, request: Request) -> str:
    trace = "".join(traceback.format_exception(error))
    reference = hashlib.sha256(trace.encode("utf-8", "replace")).hexdigest()[:8]
    gateway = gateway_of(request)
    gateway.meters.fault(reference)
    _log.error("程序出错，编号 %s（%s）", reference, type(error).__name__)
    # A trace may quote a record: it goes into a file that only the service's account can read.
    folder = gateway.root / ".guanai" / "faults"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(
            os.open(folder / f"{reference}.log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
            "w",
            encoding="utf-8",
            errors="replace",
        ) as file:
            file.write(trace)
    except OSError:
        _log.error("%s 写不进去，这次出错的经过没有留下", folder)
    return reference
