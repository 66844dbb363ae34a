"""The doors: every address of the gateway with who may pass it; an address without a policy keeps it from starting."""

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType

from starlette.requests import Request
from starlette.responses import Response

from guanai.web.gateway import Chore
from guanai.web.policy import Policy

#: Packages whose modules declare doors; in the first, every module must.
_PACKAGES = ("guanai.web.pages", "guanai.web.forms")
_PARAM = re.compile(r"\{([a-z_]+)(?::[a-z]+)?\}")
_METHODS = frozenset({"GET", "POST"})
#: Forms are text; doors that take files say so.
FORM_BYTES = 512 * 1024
#: Most bytes of a form that asks for a few words.
SHORT_FORM_BYTES = 16 * 1024


class UndeclaredDoor(RuntimeError):
    """A fault of the program: an address without a policy, or one that cannot be judged."""


@dataclass(frozen=True, slots=True)
class Door:
    """An address.

    Attributes:
        path: with parts in braces: ``/students/{student_id}``.
        methods: GET, POST.
        endpoint: makes the answer; runs in a thread, may read files.
        policy: who may pass.
        name: stable name, for links (``url("child", student_id=…)``).
        audits: what passing is called in the log of who looked at what; "" for pages without any record.
        subject: the part of the address that names the record, for the log.
        nav: name in the menu of those who may pass, "" for none.
        nav_rank: the menu is in this order; 0 is the first page, 90 what the administrator needs.
        body_limit: most bytes that may be sent.
        is_slow: takes its turn among the few slow ones, so that the others never wait for a thread.
        is_bundle: hands out many papers as one file: also to who has taken as many files as one may.
    """

    path: str
    methods: tuple[str, ...]
    endpoint: Callable[[Request], Response]
    policy: Policy
    name: str
    audits: str = ""
    subject: str = ""
    nav: str = ""
    nav_rank: int = 50
    body_limit: int = FORM_BYTES
    is_slow: bool = False
    is_bundle: bool = False

    @property
    def params(self) -> tuple[str, ...]:
        """The parts of the address that vary."""
        return tuple(_PARAM.findall(self.path))


def collect() -> tuple[tuple[Door, ...], tuple[Chore, ...]]:
    """Return the doors and the chores of all modules of pages.

    Raises:
        UndeclaredDoor: one is not declared as it must be.
    """
    modules = list(_modules())
    doors = tuple(door for module in modules for door in getattr(module, "DOORS", ()))
    chores = tuple(chore for module in modules for chore in getattr(module, "CHORES", ()))
    demand_declared(doors)
    return doors, chores


def demand_declared(doors: Iterable[Door]) -> None:
    """Refuse doors whose policy is missing or cannot be judged, and two doors at one place.

    Raises:
        UndeclaredDoor: there is one.
    """
    seen: set[tuple[str, str]] = set()
    names: set[str] = set()
    for door in doors:
        _demand(door)
        places = {(door.path, method) for method in door.methods}
        if seen & places or door.name in names:
            raise UndeclaredDoor(f"{door.name}: {door.path} is declared twice")
        seen |= places
        names.add(door.name)


def _demand(door: Door) -> None:
    if not isinstance(door.policy, Policy):
        raise UndeclaredDoor(f"{door.path} has no policy")
    if not door.methods or not set(door.methods) <= _METHODS:
        raise UndeclaredDoor(f"{door.path}: methods {door.methods}")
    missing = {*door.policy.needs, *([door.subject] if door.subject else [])} - set(door.params)
    if missing:
        raise UndeclaredDoor(f"{door.path}: the policy {door.policy.name} needs {sorted(missing)}")


def _modules() -> Iterator[ModuleType]:
    for index, package in enumerate(_PACKAGES):
        try:
            found = importlib.import_module(package)
        except ModuleNotFoundError:
            continue
        for each in pkgutil.iter_modules(found.__path__, f"{package}."):
            module = importlib.import_module(each.name)
            if index == 0 and not hasattr(module, "DOORS"):
                raise UndeclaredDoor(f"{each.name} declares no DOORS")
            yield module
