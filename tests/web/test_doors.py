"""Every address says who may come in, or the gateway does not start."""

from pathlib import Path

import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from guanai.web.app import make_app
from guanai.web.policy import ADMIN, CHILD_SEE, OPEN
from guanai.web.routes import Door, UndeclaredDoor, collect, demand_declared
from guanai.web.settings import Settings


def _hello(_: Request) -> Response:
    return PlainTextResponse("hello")


def test_an_address_without_a_policy_keeps_the_gateway_from_starting(demo_school: Path) -> None:
    door = Door("/x", ("GET",), _hello, None, "x")  # type: ignore[arg-type] # the fault that is looked for
    with pytest.raises(UndeclaredDoor):
        make_app(demo_school, Settings(), doors=(door,))


@pytest.mark.parametrize(
    "doors",
    [
        (Door("/x", ("GET",), _hello, CHILD_SEE, "x"),),
        (Door("/x", ("DELETE",), _hello, ADMIN, "x"),),
        (Door("/x", (), _hello, ADMIN, "x"),),
        (Door("/x", ("GET",), _hello, ADMIN, "x"), Door("/x", ("GET",), _hello, OPEN, "y")),
        (Door("/x", ("GET",), _hello, ADMIN, "x"), Door("/y", ("GET",), _hello, ADMIN, "x")),
        (Door("/x", ("GET",), _hello, ADMIN, "x", subject="record_id"),),
    ],
)
def test_a_door_that_cannot_be_judged_is_refused(doors: tuple[Door, ...]) -> None:
    with pytest.raises(UndeclaredDoor):
        demand_declared(doors)


def test_every_module_of_pages_declares_its_doors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("guanai.web.pages.home.DOORS")
    with pytest.raises(UndeclaredDoor, match="home"):
        collect()
