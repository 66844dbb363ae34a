"""Fills a template: what a record says appears word for word, whatever it says."""

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from jinja2 import Template as JinjaTemplate
from jinja2 import TemplateError
from lxml import etree
from markupsafe import Markup, escape

from generators.document import Stamp
from generators.docx import read
from generators.docx.package import compressed, packed
from generators.docx.stamp import custom_xml
from generators.template.endings import mend
from generators.template.language import Closed, Roots, TooMuch
from generators.template.mistakes import mistakes
from generators.template.package import BadTemplate
from generators.template.spots import plain_tags, spots
from generators.template.values import written

#: Longest text of one part, most turns of all loops.
_LONGEST: Final = 12 * 2**20
_MOST_TURNS: Final = 20_000
_CUSTOM: Final = "docProps/custom.xml"
_CUSTOM_TYPE: Final = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_CUSTOM_KIND: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_CORE: Final = "docProps/core.xml"
_APP: Final = "docProps/app.xml"
_FOOT_POINTS: Final = 7.5
_OFFICE_DATES: Final = ("created", "modified")


class Unfilled(BadTemplate):
    """A template with mistakes; the sentences name the paragraphs."""

    def __init__(self, told: Sequence[str]) -> None:
        super().__init__("\n".join(told).removeprefix("这个 Word 模板不能用：").rstrip("。"))


def fill(raw: bytes, values: Mapping[str, Any], roots: Roots) -> bytes:
    """Return the filled form, without a stamp.

    Args:
        raw: the template.
        values: plain words by root, key and list (see `context_of`).
        roots: what placeholders may speak of.

    Raises:
        BadTemplate: the template is refused; the message names the paragraph.
    """
    told = mistakes(raw, roots)
    if told:
        raise Unfilled(told)
    budget = _Budget()
    environment = _environment(budget)
    # What opens Word files takes longer to import than most commands take to run.
    from docxtpl import DocxTemplate  # noqa: PLC0415

    template = DocxTemplate(io.BytesIO(raw))
    try:
        template.render(
            {name: budget.counted(value, name) for name, value in values.items()},
            environment,
            autoescape=True,
        )
    except TooMuch as error:
        raise Unfilled([_too_much(raw, error)]) from error
    except (TemplateError, etree.XMLSyntaxError, RecursionError) as error:
        raise BadTemplate("填写时出错；占位符不要跨过表格的边，整行循环写 {%tr … %}") from error
    for tree in _texts(template):
        mend(tree)
    made = io.BytesIO()
    template.save(made)
    return made.getvalue()


def lines_of(filled: bytes) -> tuple[str, ...]:
    """Return the words of a filled form as `verify` compares them."""
    return read(filled).lines


def stamped(filled: bytes, stamp: Stamp, foot: str) -> bytes:
    """Return a filled form with its stamp; equal input gives equal bytes.

    Args:
        filled: the form.
        stamp: where it comes from.
        foot: the line at the foot of each page, below what the form has there.
    """
    with zipfile.ZipFile(io.BytesIO(_footed(filled, foot))) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    parts.pop(_CUSTOM, None)
    parts["[Content_Types].xml"] = _with_type(parts["[Content_Types].xml"])
    parts["_rels/.rels"] = _with_relation(parts["_rels/.rels"])
    if _CORE in parts:
        parts[_CORE] = _dated(parts[_CORE], stamp)
    if _APP in parts:
        parts[_APP] = _named(parts[_APP])
    parts[_CUSTOM] = custom_xml(stamp).encode()
    return packed([compressed(name, data) for name, data in parts.items()])


def _footed(filled: bytes, foot: str) -> bytes:
    """Return a form with a small line at the foot of each page."""
    from docx import Document as OpenedDocx  # noqa: PLC0415 -- as in `fill`
    from docx.oxml.ns import qn  # noqa: PLC0415
    from docx.shared import Pt  # noqa: PLC0415

    document = OpenedDocx(io.BytesIO(filled))
    for number, section in enumerate(document.sections):
        if number and section.footer.is_linked_to_previous:
            continue
        feet = [section.footer]
        feet += [section.first_page_footer] if section.different_first_page_header_footer else []
        feet += [section.even_page_footer] if document.settings.odd_and_even_pages_header_footer else []
        for each in feet:
            is_bare = len(each.paragraphs) == 1 and not each.paragraphs[0].text
            line = each.paragraphs[0] if is_bare and not each.tables else each.add_paragraph()
            run = line.add_run(foot)
            run.font.size = Pt(_FOOT_POINTS)
            run.font.name = "宋体"
            run._r.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "宋体")  # noqa: SLF001 -- Chinese fonts have no public way
    made = io.BytesIO()
    document.save(made)
    return bytes(made.getvalue())


class _Budget:
    """How often loops may still turn, whichever list they go over."""

    def __init__(self) -> None:
        self.turns = _MOST_TURNS
        self.list_key = ""

    def counted(self, value: Any, key: str) -> Any:
        if isinstance(value, Mapping):
            return {name: self.counted(each, name) for name, each in value.items()}
        if isinstance(value, list):
            return _Counted([self.counted(each, key) for each in value], key, self)
        return value


class _Counted(Sequence[Any]):
    """A list that a template may go over only so often."""

    def __init__(self, items: list[Any], key: str, budget: _Budget) -> None:
        self.items = items
        self.key = key
        self._budget = budget

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, place: Any) -> Any:
        return self.items[place]

    def __iter__(self) -> Iterator[Any]:
        self._budget.list_key = self.key
        for item in self.items:
            self._budget.turns -= 1
            if self._budget.turns < 0:
                raise TooMuch(self.key)
            yield item


def _environment(budget: _Budget) -> Closed:
    class Bounded(JinjaTemplate):
        """A template that stops when it has written too much."""

        def render(self, *args: Any, **kwargs: Any) -> str:
            written_so_far, pieces = 0, []
            for piece in self.generate(*args, **kwargs):
                written_so_far += len(piece)
                if written_so_far > _LONGEST:
                    raise TooMuch(budget.list_key)
                pieces.append(piece)
            return "".join(pieces)

    environment = Closed(autoescape=True, finalize=_verbatim)
    environment.template_class = Bounded
    environment.globals.clear()
    environment.tests.clear()
    environment.filters.clear()
    environment.filters.update(_FILTERS)
    return environment


def _verbatim(value: Any) -> Markup:
    """Return a value so that neither Jinja nor docxtpl takes any sign of it for its own."""
    if isinstance(value, _Counted):
        value = "、".join(str(each) for each in value.items)
    text = str(escape(str(value)))
    return Markup(text.replace("{", "&#123;").replace("}", "&#125;"))  # noqa: S704 -- escaped on the line above


def _picked(value: Any, choose: Callable[[Sequence[Any]], Any]) -> Any:
    return choose(value.items) if isinstance(value, _Counted) and value.items else {}


def _current(value: Any) -> Any:
    if not isinstance(value, _Counted):
        return value
    kept = [each for each in value.items if not (isinstance(each, Mapping) and each.get("止"))]
    return _Counted(kept, value.key, value._budget)  # noqa: SLF001 -- of its own kind


def _main(items: Sequence[Any]) -> Any:
    return next(
        (each for each in items if isinstance(each, Mapping) and each.get("主要监护人") == "是"), items[0]
    )


_FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "首": lambda value: _picked(value, lambda items: items[0]),
    "末": lambda value: _picked(value, lambda items: items[-1]),
    "主": lambda value: _picked(value, _main),
    "现": _current,
    "数": lambda value: str(len(value)) if isinstance(value, _Counted) else "0",
    "默认": lambda value, words: value if str(value) else words,
    "日期": lambda value: written(value, "日期"),
    "年月": lambda value: written(value, "年月"),
    "时刻": lambda value: written(value, "时刻"),
}


def _texts(template: Any) -> Iterator[Any]:
    """Yield the trees of a rendered form that hold its text."""
    yield template.docx.element
    for uri in (template.HEADER_URI, template.FOOTER_URI):
        yield from (part.element for _, part in template.get_headers_footers(uri))


def _too_much(raw: bytes, error: TooMuch) -> str:
    for part in spots(raw).values():
        for spot in part:
            text = plain_tags(spot.text)
            if "for " in text and error.list_key in text:
                return f"{spot.place}“{spot.text[:20]}”：循环输出的内容太多；请减少循环的层数。"
    return "循环输出的内容太多；请减少循环的层数。"


def _with_type(data: bytes) -> bytes:
    tree = etree.fromstring(data)
    if not any(each.get("PartName") == f"/{_CUSTOM}" for each in tree):
        tree.append(
            etree.Element(f"{{{tree.nsmap[None]}}}Override", PartName=f"/{_CUSTOM}", ContentType=_CUSTOM_TYPE)
        )
    return _written(tree)


def _with_relation(data: bytes) -> bytes:
    tree = etree.fromstring(data)
    for each in list(tree):
        if (each.get("Type") or "").endswith("/custom-properties"):
            tree.remove(each)
    tree.append(
        etree.Element(
            f"{{{tree.nsmap[None]}}}Relationship", Id="rIdGuanai", Type=_CUSTOM_KIND, Target=_CUSTOM
        )
    )
    return _written(tree)


def _dated(data: bytes, stamp: Stamp) -> bytes:
    """Return the core properties with the day of the form and nobody's name."""
    tree = etree.fromstring(data)
    for each in tree:
        local = etree.QName(each).localname
        if local in _OFFICE_DATES:
            each.text = f"{stamp.on.isoformat()}T00:00:00Z"
        elif local in ("creator", "lastModifiedBy"):
            each.text = ""
    return _written(tree)


def _named(data: bytes) -> bytes:
    """Return the extended properties with this program as the one that wrote the file."""
    tree = etree.fromstring(data)
    for each in tree.iter("{*}Application"):
        each.text = "guanai"
    return _written(tree)


def _written(tree: etree._Element) -> bytes:
    made: bytes = etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made
