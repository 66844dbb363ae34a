"""The way to all that belongs to the school and not to a child; each sees the doors that are open to them."""

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from guanai.web.keepers import ACCESS_FILE, KEEPS, SCHOOL_FILE, kept_by
from guanai.web.policy import RECORD_EDIT
from guanai.web.render import address_of, render
from guanai.web.routes import Door
from guanai.web.visitor import Visitor, visitor_of

#: Doors by name, in the order of the page, with what each is for.
_OFFERED: tuple[tuple[str, str, str], ...] = (
    ("admin-staff", "教职工和任职", "谁任什么职，从哪天到哪天；接任、代理、新来、离任。"),
    ("admin-year", "班级和新学年", "毕业年级离校，新年级建班；先看清单，再一次办好。"),
    ("admin-calendar", "校历", "学期、放假、补课日；一学年一份。"),
    ("admin-policies", "制度和数字", "改制度里的周期、期限、时刻；旁边看印出来的条文。"),
    ("admin-templates", "Word 模板", "本校、本县自己的表格；上传时就检查。"),
    ("admin-imports", "导入 Excel", "花名册、成绩、台账；先看会改什么，再保存。"),
    ("admin-filled", "栏目使用情况", "每一栏填了多少；长期没有人填的，可以不要。"),
    ("accounts", "账号", "建账号、重设密码、停用。"),
    ("approvals", "申请和批准", "谁申请看什么，谁批准。"),
    ("admin-audit", "查看日志", "谁看过、下载过什么，谁被拒绝；核对日志有没有被改过。"),
    ("admin-health", "运行情况和备份", "备份有多旧，镜像落后多少，磁盘还有多少。"),
)
_RECORDS: tuple[tuple[str, str, str, str], ...] = (
    ("school", SCHOOL_FILE, "学校、年级、班级和村社", "名称、发文代字、教室、村社联系人。"),
    ("access", ACCESS_FILE, "各角色能看什么", "看、追加、改；心理和系统管理员的底线改不了。"),
)


@dataclass(frozen=True, slots=True)
class Way:
    """A door on the page."""

    title: str
    words: str
    address: str


def _page(request: Request) -> Response:
    return render(request, "admin.html", ways=tuple(_ways(request, visitor_of(request))))


def _ways(request: Request, visitor: Visitor) -> Iterator[Way]:
    doors: dict[str, Door] = {door.name: door for door in request.app.state.doors}
    for name, title, words in _OFFERED:
        if name in doors and not doors[name].params and doors[name].policy.allows(visitor, {}):
            yield Way(title, words, address_of(request, name))
    kept = kept_by(visitor)
    for kind, file, title, words in _RECORDS:
        if kind in kept and RECORD_EDIT.allows(visitor, {"record_id": file}):
            yield Way(title, words, address_of(request, "edit-record", record_id=file))


DOORS = (Door("/admin", ("GET",), _page, KEEPS, "admin", nav="管理", nav_rank=70),)
