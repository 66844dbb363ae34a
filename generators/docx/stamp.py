"""The stamp inside a file: custom properties of the package, which office programs keep when they save it."""

import json
from datetime import date
from typing import Final
from xml.sax.saxutils import escape

from lxml import etree

from generators.document import Document, Stamp
from generators.docx.styles import XML_HEAD

_FORMAT: Final = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_TYPES: Final = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_CUSTOM: Final = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_CORE: Final = (
    f"{XML_HEAD}"
    '<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>%s</dc:title><dc:language>zh-CN</dc:language>'
    '<dcterms:created xsi:type="dcterms:W3CDTF">%sT00:00:00Z</dcterms:created>'
    '<dcterms:modified xsi:type="dcterms:W3CDTF">%sT00:00:00Z</dcterms:modified></cp:coreProperties>'
)

#: Several properties, because some programs cut one at 255 signs.
_ORIGIN, _INPUTS, _TEXT, _KEY, _SEAL = (
    "guanai",
    "guanai-inputs",
    "guanai-text",
    "guanai-key",
    "guanai-seal",
)


def core_xml(document: Document, stamp: Stamp) -> str:
    """Return the core properties: title and date, nobody's name."""
    return _CORE % (escape(document.title), stamp.on, stamp.on)


def custom_xml(stamp: Stamp) -> str:
    """Return the custom properties that hold the stamp."""
    properties = {
        _ORIGIN: _origin(stamp),
        _INPUTS: stamp.inputs,
        _TEXT: stamp.text,
        _KEY: stamp.key,
        _SEAL: stamp.seal,
    }
    items = "".join(
        f'<property fmtid="{_FORMAT}" pid="{number}" name="{name}"><vt:lpwstr>{escape(value)}</vt:lpwstr></property>'
        for number, (name, value) in enumerate(properties.items(), 2)
    )
    return f'{XML_HEAD}<Properties xmlns="{_CUSTOM}" xmlns:vt="{_TYPES}">{items}</Properties>'


def read_stamp(custom: etree._Element) -> Stamp | None:
    """Return the stamp the custom properties hold, None if there is none or it is not of our making."""
    found = {element.get("name"): "".join(element.itertext()) for element in custom.iter("{*}property")}
    try:
        origin = json.loads(found[_ORIGIN])
        return Stamp(
            kind=_text(origin["kind"]),
            subject=_text(origin["subject"]),
            on=date.fromisoformat(origin["on"]),
            labels=tuple(_text(label) for label in origin["labels"]),
            staff=_text(origin["staff"]),
            version=_text(origin["version"]),
            inputs=found[_INPUTS],
            text=found[_TEXT],
            code=_text(origin["code"]),
            key=found[_KEY],
            seal=found[_SEAL],
        )
    except (KeyError, TypeError, ValueError, RecursionError):
        return None


def _origin(stamp: Stamp) -> str:
    facts = {
        "kind": stamp.kind,
        "subject": stamp.subject,
        "on": stamp.on.isoformat(),
        "labels": list(stamp.labels),
        "staff": stamp.staff,
        "version": stamp.version,
        "code": stamp.code,
    }
    return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
