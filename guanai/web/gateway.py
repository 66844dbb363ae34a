"""What all requests share: the parts of a running gateway, handed to whoever needs them by name."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request

from guanai.store.tombstones import PLACE as TOMBSTONES
from guanai.web.accounts import Accounts
from guanai.web.audit import AuditLog
from guanai.web.db import Database
from guanai.web.downloads import Downloads
from guanai.web.meters import Meters
from guanai.web.moments import Moments, open_shared
from guanai.web.packers import Packers
from guanai.web.passwords import Passwords
from guanai.web.plans import Plans
from guanai.web.searches import Searches
from guanai.web.sessions import Sessions
from guanai.web.settings import Settings
from guanai.web.throttle import Throttle

#: Where the program keeps accounts, sessions and drafts.
DATABASE = Path(".guanai") / "app.sqlite"


@dataclass(frozen=True, slots=True)
class Gateway:
    """The parts of a running gateway.

    Attributes:
        root: the workspace.
        settings: how it is run.
        moments: the records at the newest commit.
        db: accounts, sessions, drafts.
        accounts: who may log in.
        sessions: who is logged in.
        searches: what they searched for of late.
        throttle: slows down guessing.
        downloads: how many files each person took of late.
        audit: who looked at what.
        meters: how it is doing.
        packers: make packs of papers beside the pages.
        plans: what imports would change, while somebody looks at it.
    """

    root: Path
    settings: Settings
    moments: Moments
    db: Database
    accounts: Accounts
    sessions: Sessions
    searches: Searches
    throttle: Throttle
    downloads: Downloads
    audit: AuditLog
    meters: Meters
    packers: Packers
    plans: Plans

    def close(self) -> None:
        """Let go of files and processes."""
        self.packers.close()
        self.plans.close()
        self.db.close()
        self.moments.store.close()


#: What is done once a minute and once more at the end: modules of pages list theirs in ``CHORES``.
Chore = Callable[[Gateway], None]


def open_gateway(root: Path, settings: Settings) -> Gateway:
    """Open all parts for a workspace.

    Raises:
        GuanaiError: one of them cannot be opened.
    """
    db = Database(root / DATABASE)
    return Gateway(
        root=root,
        settings=settings,
        moments=Moments(open_shared(root, on=settings.today())),
        db=db,
        accounts=Accounts(db, Passwords(settings.hashing)),
        sessions=Sessions(db, idle=settings.idle, longest=settings.longest),
        searches=Searches(longest=settings.longest, stones=root / ".guanai" / TOMBSTONES),
        throttle=Throttle(db),
        downloads=Downloads(settings.downloads_per_hour),
        audit=AuditLog(root, settings.clock),
        meters=Meters(),
        packers=Packers(),
        plans=Plans(),
    )


def gateway_of(request: Request) -> Gateway:
    """Return the gateway that a request came to."""
    gateway: Gateway = request.app.state.gateway
    return gateway
