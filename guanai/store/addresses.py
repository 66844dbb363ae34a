"""Where a mirror may lie: within the school's network, or where the administrator has named the host. Pure."""

import ipaddress
import re
from collections.abc import Collection

from guanai.errors import Forbidden

_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_URL = re.compile(r"(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?P<place>[^/?#]*)")
# What git calls a remote helper (`ext::sh -c …`) runs a program; no mirror needs one.
_HELPER = re.compile(r"[A-Za-z0-9][A-Za-z0-9+.-]*::")
_SCP = re.compile(r"(?:[^@/:]+@)?(?P<host>\[[^]]+\]|[^:/\[\]]+):(?!:)")
_SCHEMES = frozenset({"ssh", "git+ssh", "ssh+git", "https", "http", "git"})
_LOCAL = ""
#: The shared space of providers (100.64.0.0/10) is not the school's.
_OWN = tuple(
    ipaddress.ip_network(each)
    for each in (
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16", "::1/128", "fc00::/7", "fe80::/10",
    )
)  # fmt: skip


class OutsideAddress(Forbidden):
    """A mirror would lie outside the school's network."""

    def __init__(self, host: str) -> None:
        super().__init__(
            f"{host} 不在学校的网络里，学生的资料不会送到那里。确实要用，请由管理员加上 --allow-host {host}，"
            "或写进 .guanai/backup.yml 的“允许的主机”。"
        )


class UnusableAddress(Forbidden):
    """What was named is no address that data may be sent to."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"“{address}”不能作镜像的地址；请写另一块硬盘上的文件夹，或 ssh://用户@主机/文件夹 的样子。"
        )


def host_of(address: str) -> str:
    """Return the host that an address leads to, lower case; "" for a place on this machine.

    Raises:
        UnusableAddress: it starts a program, or uses a scheme that is no way to a mirror.

    >>> host_of("git@backup.school.lan:guanai.git")
    'backup.school.lan'
    """
    if not address or address.startswith("-") or not address.isprintable() or _HELPER.match(address):
        raise UnusableAddress(address)
    if found := _URL.match(address):
        return _host_in_url(address, found["scheme"].lower(), found["place"])
    if address.startswith(("\\\\", "//")):  # a shared folder of another machine
        return address.replace("\\", "/").lstrip("/").partition("/")[0].lower()
    if _DRIVE.match(address) or address.startswith(("/", ".", "~")):
        return _LOCAL
    found = _SCP.match(address)
    return found["host"].strip("[]").lower() if found else _LOCAL


def _host_in_url(address: str, scheme: str, place: str) -> str:
    if scheme == "file":
        return _LOCAL if place in ("", "localhost") else place.lower()
    host = place.rpartition("@")[2]
    host = host[1:].partition("]")[0] if host.startswith("[") else host.partition(":")[0]
    if scheme not in _SCHEMES or not host or host.startswith("-"):
        raise UnusableAddress(address)
    return host.lower()


def is_inside(host: str) -> bool:
    """Tell whether a host is this machine or a literal address of a private network; names never are."""
    if host in (_LOCAL, "localhost"):
        return True
    try:
        number = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    number = getattr(number, "ipv4_mapped", None) or number
    return any(number in network for network in _OWN if network.version == number.version)


def require_inside(address: str, allowed: Collection[str]) -> None:
    """Refuse an address outside the school's network.

    Args:
        address: what `git push` would be given.
        allowed: hosts named by the administrator, as typed.

    Raises:
        OutsideAddress: neither inside nor named.
        UnusableAddress: no address for a mirror.
    """
    host = host_of(address)
    if not is_inside(host) and host not in {each.strip().lower() for each in allowed}:
        raise OutsideAddress(host)
