"""Puts the gateway together: three lists tell what it is made of."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from guanai.web import faults
from guanai.web.gateway import Chore, Gateway, open_gateway
from guanai.web.guard import Guarded
from guanai.web.routes import Door, collect, demand_declared
from guanai.web.security import HeaderGate, HostGate
from guanai.web.settings import Settings

_MINUTE_SECONDS = 60
#: Slow answers (a password's hash, a printed paper) made at once; the rest of the threads serve pages.
_SLOW_AT_ONCE = 4
_log = logging.getLogger("guanai.web")


def make_app(
    workspace_root: Path,
    settings: Settings,
    *,
    doors: Sequence[Door] | None = None,
    chores: Sequence[Chore] | None = None,
) -> Starlette:
    """Return the gateway of a workspace as an ASGI application.

    Args:
        workspace_root: folder with ``records``; its shared store is made beside it where there is none.
        settings: how it is run.
        doors: other doors than those of the pages, for tests.
        chores: other chores than those of the pages.

    Raises:
        UndeclaredDoor: an address has no policy.
        PlainBeyondLoopback: plain HTTP beyond this machine that nobody asked for by name.
        GuanaiError: the workspace or a part cannot be opened.
    """
    settings.demand_safe()
    found_doors, found_chores = collect()
    open_doors = tuple(found_doors if doors is None else doors)
    demand_declared(open_doors)
    gateway = open_gateway(workspace_root, settings)
    app = Starlette(
        routes=[
            Route(door.path, Guarded(door), methods=list(door.methods), name=door.name) for door in open_doors
        ],
        middleware=[
            Middleware(HeaderGate, meters=gateway.meters),
            Middleware(HostGate, settings=settings),
            Middleware(faults.FaultGate),
        ],
        exception_handlers={HTTPException: faults.http_error},
        lifespan=_life(gateway, tuple(found_chores if chores is None else chores)),
    )
    app.router.redirect_slashes = False  # a redirect tells that an address is there
    app.state.gateway = gateway
    app.state.doors = open_doors
    # A page names dozens of addresses: each is found by its door's name, not by trying all doors in turn.
    app.state.addresses = {route.name: route for route in app.routes if isinstance(route, Route)}
    app.state.slow_lane = CapacityLimiter(_SLOW_AT_ONCE)
    return app


def _life(
    gateway: Gateway, chores: Sequence[Chore]
) -> Callable[[Starlette], AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        task = asyncio.create_task(_every_minute(gateway, chores))
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            await run_in_threadpool(_do, gateway, chores)
            gateway.close()

    return life


async def _every_minute(gateway: Gateway, chores: Sequence[Chore]) -> None:
    while True:
        await asyncio.sleep(_MINUTE_SECONDS)
        await asyncio.shield(run_in_threadpool(_do, gateway, chores))


def _do(gateway: Gateway, chores: Sequence[Chore]) -> None:
    for chore in chores:
        try:
            chore(gateway)
        except Exception as error:  # noqa: BLE001 -- one chore's fault must not keep the others from being done
            reference = type(error).__name__
            gateway.meters.fault(reference)
            _log.error("定时的工作没有做成：%s", reference)
