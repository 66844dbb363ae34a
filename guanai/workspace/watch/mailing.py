"""The school's settings for reminders by mail, in ``.guanai/mail.yml``: never in git, readable by its owner alone."""

import smtplib
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any, Final

from guanai.errors import Invalid, NotFound, cause
from guanai.yamlfile import load

_NAME: Final = ".guanai/mail.yml"
_KEYS: Final = {
    "服务器": "host",
    "端口": "port",
    "加密": "security",
    "用户": "user",
    "密码": "password",
    "发件人": "sender",
    "网址": "address",
}
_SECURITY: Final = ("ssl", "starttls", "无")
_TIMEOUT_SECONDS: Final = 30


class FaultyMailing(Invalid):
    """The settings cannot be used."""

    def __init__(self, reason: str) -> None:
        super().__init__(
            f"{_NAME}：{reason}写法：服务器: smtp.example.cn，端口: 465，加密: ssl，用户、密码、发件人，"
            "网址: https://关爱.example.cn（可不写）。"
        )


class MailRefused(NotFound):
    """The server did not take a mail."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"邮件没有发出（{reason}）；请核对 {_NAME}，先用 --dry-run 看内容，再试一次。")


@dataclass(frozen=True, slots=True)
class Mailing:
    """How mails leave the school.

    Attributes:
        host: the server, "" where none is set.
        security: ssl from the first byte, starttls, or 无 for a server on the same machine.
        address: of the school's gateway, for links; "" for none.
    """

    host: str = ""
    port: int = 465
    security: str = "ssl"
    user: str = ""
    password: str = field(default="", repr=False)
    sender: str = ""
    address: str = ""


def load_mailing(root: Path) -> Mailing:
    """Return the settings of a workspace; without a file there is no server.

    Raises:
        FaultyMailing: they cannot be used.
    """
    path = root / _NAME
    try:
        loaded = load(path.read_bytes(), _NAME)
    except FileNotFoundError:
        return Mailing()
    except OSError as error:
        raise FaultyMailing(f"读不出来（{cause(error)}）。") from error
    if loaded.problems:
        raise FaultyMailing(f"第 {loaded.problems[0].line} 行：{loaded.problems[0].message}")
    if not isinstance(loaded.data, dict) or set(loaded.data) - set(_KEYS):
        raise FaultyMailing(f"只能写这些栏目：{'、'.join(_KEYS)}。")
    return _mailing({_KEYS[key]: value for key, value in loaded.data.items()})


def _mailing(found: dict[str, Any]) -> Mailing:
    port = str(found.pop("port", 465))
    if not port.isascii() or not port.isdecimal() or not 0 < int(port) < 2**16:
        raise FaultyMailing("端口应是 1 到 65535 的数字。")
    words = {key: str(value) for key, value in found.items()}
    if words.get("security", "ssl") not in _SECURITY:
        raise FaultyMailing(f"加密只能写 {'、'.join(_SECURITY)}。")
    return Mailing(port=int(port), **words)


def message(sender: str, to: str, subject: str, text: str) -> EmailMessage:
    """Return a mail of plain text."""
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = sender, to, subject
    made.set_content(text)
    return made


def sender_of(mailing: Mailing) -> Callable[[EmailMessage], None]:
    """Return what sends a mail through the school's server.

    Raises:
        FaultyMailing: no server or no sender is set.
    """
    if not mailing.host or not mailing.sender:
        raise FaultyMailing("还没有写服务器和发件人。")

    def send(mail: EmailMessage) -> None:
        try:
            with _connected(mailing) as server:
                if mailing.user:
                    server.login(mailing.user, mailing.password)
                server.send_message(mail)
        except (OSError, smtplib.SMTPException) as error:
            raise MailRefused(type(error).__name__) from error

    return send


def _connected(mailing: Mailing) -> smtplib.SMTP:
    if mailing.security == "ssl":
        return smtplib.SMTP_SSL(mailing.host, mailing.port, timeout=_TIMEOUT_SECONDS)
    server = smtplib.SMTP(mailing.host, mailing.port, timeout=_TIMEOUT_SECONDS)
    if mailing.security == "starttls":
        server.starttls()
    return server
