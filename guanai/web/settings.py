"""How the gateway is run: names, addresses, lengths of sessions, the clock."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from guanai.calendar import SHANGHAI
from guanai.errors import Usage

#: Names and addresses that never leave the machine.
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class PlainBeyondLoopback(Usage):
    """Passwords and records would cross the network readable by everybody."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"没有启动：在 {host} 上不加密地提供服务，密码和学生档案会在网络上被人看见。"
            "请只在本机（127.0.0.1）启动，前面放一个带证书的 Caddy 或 nginx，并用 --name 写明网址里的名字；"
            "确实只在可信的网络里试用，请用 --insecure-http 名字 写明。"
        )


def now_in_china() -> datetime:
    """Return this instant, whatever the machine's time zone."""
    return datetime.now(SHANGHAI)


@dataclass(frozen=True, slots=True)
class Hashing:
    """What a password's hash costs; the figures of argon2-cffi are those of RFC 9106 for little memory."""

    passes: int = 3
    memory_kib: int = 65536
    lanes: int = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All that the gateway is told when it starts.

    Attributes:
        host: address to listen on.
        port: port to listen on.
        names: names under which browsers reach it through a proxy that speaks HTTPS.
        insecure_names: names under which plain HTTP beyond this machine was asked for.
        proxies: addresses of that proxy; only what comes from there is believed about HTTPS and addresses.
        on: the day that counts as today; None for the clock's.
        clock: tells the instant.
        idle: a session ends after so long without a page.
        longest: a session ends after so long at any rate.
        downloads_per_hour: files that one person may take within an hour; a pack counts as one.
        hashing: cost of password hashes.
    """

    host: str = "127.0.0.1"
    port: int = 8000
    names: tuple[str, ...] = ()
    insecure_names: tuple[str, ...] = ()
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    on: date | None = None
    clock: Callable[[], datetime] = now_in_china
    idle: timedelta = timedelta(minutes=30)
    longest: timedelta = timedelta(hours=10)
    downloads_per_hour: int = 200
    hashing: Hashing = field(default_factory=Hashing)

    def demand_safe(self) -> None:
        """Refuse to speak plain HTTP beyond this machine unless that was asked for by name.

        Raises:
            PlainBeyondLoopback: it was not.
        """
        if self.host not in LOOPBACK and not self.insecure_names:
            raise PlainBeyondLoopback(self.host)

    def now(self) -> datetime:
        """Return the instant of work: the clock's time of day, on the day that counts as today."""
        instant = self.clock()
        if self.on is None:
            return instant
        return datetime.combine(self.on, instant.astimezone(SHANGHAI).timetz())

    def today(self) -> date:
        """Return the day that counts as today in China."""
        return self.now().astimezone(SHANGHAI).date()
