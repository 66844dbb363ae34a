"""What the administrator settled about backups: ``.guanai/backup.yml``, kept on this machine, never in git."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guanai.errors import Invalid, NotFound, cause
from guanai.yamlfile import dump, load

#: Where the settings lie, below the workspace.
PLACE = ".guanai/backup.yml"
_DAYS = 35
_TEXTS = {"镜像": "mirror", "心理镜像": "counseling_mirror", "备份文件夹": "folder"}
_KEYS = {"收件人": "recipients", "心理收件人": "counseling_recipients"}
_HOSTS, _KEPT, _WHO, _PUBLIC = "允许的主机", "保留天数", "谁", "公钥"


class FaultyPlan(Invalid):
    """The settings cannot be read."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(
            f"{PLACE}:{line}：{what}；栏目有{'、'.join((*_TEXTS, *_KEYS, _HOSTS, _KEPT))}，写法见 guanai backup --help。"
        )


class UnreadablePlan(NotFound):
    """The system does not hand out the settings, or does not take them."""

    def __init__(self, error: OSError) -> None:
        super().__init__(f"{PLACE} 读不出或写不进（{cause(error)}）；请看文件夹的权限和磁盘。")


@dataclass(frozen=True, slots=True)
class BackupPlan:
    """Where backups go and who can open them.

    Attributes:
        mirror: address of the mirror, "" for none.
        counseling_mirror: address of the counselling files' own mirror, "" for none.
        folder: where sealed backups are put, "" where it is named at each call.
        recipients: public keys that open a backup.
        counseling_recipients: public keys that open the counselling files' backup.
        hosts: hosts outside the school's network that the administrator named.
        kept_days: days after which a sealed backup is deleted; the newest always stays.
    """

    mirror: str = ""
    counseling_mirror: str = ""
    folder: str = ""
    recipients: tuple[str, ...] = ()
    counseling_recipients: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    kept_days: int = _DAYS


def load_plan(root: Path) -> BackupPlan:
    """Return a workspace's settings; the usual ones where there are none.

    Raises:
        FaultyPlan: they do not say what they should.
        UnreadablePlan: the system does not hand them out.
    """
    try:
        raw = (root / PLACE).read_bytes()
    except FileNotFoundError:
        return BackupPlan()
    except OSError as error:
        raise UnreadablePlan(error) from error
    loaded = load(raw, PLACE)
    for problem in loaded.problems:
        raise FaultyPlan(problem.line, problem.message)
    data = loaded.data if loaded.data is not None else {}
    if not isinstance(data, dict):
        raise FaultyPlan(1, "这里应是一组“栏目: 内容”")
    for key in data:
        if key not in (*_TEXTS, *_KEYS, _HOSTS, _KEPT):
            raise FaultyPlan(loaded.line((key,)), f"没有“{key}”这一栏")
    try:
        return _plan(data)
    except _Wrong as error:
        raise FaultyPlan(loaded.line((error.key,)), error.what) from None


def add_recipient(root: Path, who: str, public: str, *, is_counseling: bool) -> None:
    """Write a public key into the settings, replacing the same person's former one; comments are not kept.

    Raises:
        FaultyPlan, UnreadablePlan: as `load_plan`, or they cannot be written.
    """
    load_plan(root)
    path = root / PLACE
    data: dict[str, Any] = dict(load(path.read_bytes(), PLACE).data or {}) if path.exists() else {}
    key = "心理收件人" if is_counseling else "收件人"
    others = [each for each in data.get(key, []) if each[_WHO] != who]
    data[key] = [*others, {_WHO: who, _PUBLIC: public}]
    try:
        path.parent.mkdir(mode=0o700, exist_ok=True)
        made = path.with_name("backup.yml.new")
        made.write_text(dump(data, None), encoding="utf-8", newline="\n")
        made.replace(path)
    except OSError as error:
        raise UnreadablePlan(error) from error


class _Wrong(Exception):
    def __init__(self, key: str, what: str) -> None:
        super().__init__(key, what)
        self.key, self.what = key, what


def _plan(data: dict[str, Any]) -> BackupPlan:
    texts = {name: _text(data, key) for key, name in _TEXTS.items()}
    keys = {name: _public_keys(data, key) for key, name in _KEYS.items()}
    hosts = data.get(_HOSTS, [])
    if not isinstance(hosts, list) or not all(isinstance(each, str) for each in hosts):
        raise _Wrong(_HOSTS, "这里要一行一个主机名，每行前面写“- ”")
    return BackupPlan(**texts, **keys, hosts=tuple(hosts), kept_days=_days(data))  # type: ignore[arg-type]  # by name


def _text(data: dict[str, Any], key: str) -> str:
    value = data.get(key, "")
    if not isinstance(value, str):
        raise _Wrong(key, "这里要写一个地址或文件夹")
    return value.strip()


def _public_keys(data: dict[str, Any], key: str) -> tuple[str, ...]:
    items = data.get(key, [])
    is_right = isinstance(items, list) and all(
        isinstance(each, dict) and set(each) == {_WHO, _PUBLIC} and all(isinstance(value, str) for value in each.values())
        for each in items
    )  # fmt: skip
    if not is_right:
        raise _Wrong(key, f"这里每一项要有“{_WHO}”和“{_PUBLIC}”")
    return tuple(each[_PUBLIC].strip() for each in items)


def _days(data: dict[str, Any]) -> int:
    typed = str(data.get(_KEPT, _DAYS))
    if not re.fullmatch(r"[1-9][0-9]{0,3}", typed):
        raise _Wrong(_KEPT, "这里要写天数，如 35")
    return int(typed)
