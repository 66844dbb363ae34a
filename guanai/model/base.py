"""The one border between the records' Chinese keys and the code's English names."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, make_dataclass
from datetime import date, datetime, time
from enum import StrEnum
from types import UnionType
from typing import Any, Final, ParamSpec, Self, TypeVar, get_args, get_origin, get_type_hints

from guanai.errors import Invalid

_Arguments = ParamSpec("_Arguments")
_Made = TypeVar("_Made")


class Hidden:
    """The mark `redact` leaves where a person may not see a field, whether or not it is filled."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "HIDDEN"

    def __reduce__(self) -> str:
        return "HIDDEN"  # there is one: a copy, or what another process gets, is the same


#: The only instance of `Hidden`.
HIDDEN: Final = Hidden()


class Absent:
    """The mark of a place where nothing stands."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "ABSENT"

    def __reduce__(self) -> str:
        return "ABSENT"  # as with `Hidden`


#: The only instance of `Absent`.
ABSENT: Final = Absent()


def maker(kind: Callable[_Arguments, _Made]) -> Callable[_Arguments, _Made]:
    """Return what makes objects of a frozen, slotted dataclass several times as fast as the class itself.

    A frozen class puts each value in its place by a call of ``object.__setattr__``. The maker fills an object of a
    twin, which has the same slots and an ordinary ``__init__``; when all is in place, the object turns from the twin
    to the class, which has the same layout, and is as frozen as any other. Nobody ever sees the twin.

    Args:
        kind: the class; without a ``__post_init__`` of its own.
    """
    frozen: Any = kind

    def become(made: Any) -> None:
        made.__class__ = frozen

    places = [
        (
            place.name,
            place.type,
            field(default=place.default, default_factory=place.default_factory, kw_only=place.kw_only),
        )
        for place in fields(frozen)
    ]
    ordinary: Any = make_dataclass(frozen.__name__, places, namespace={"__post_init__": become})
    twin: Callable[_Arguments, _Made] = type(
        frozen.__name__,
        frozen.__bases__,
        {
            "__slots__": frozen.__slots__,
            "__init__": ordinary.__init__,
            "__post_init__": become,
            "__setattr__": object.__setattr__,
            "__delattr__": object.__delattr__,
        },
    )
    return twin


def key(name: str, default: Any = None) -> Any:
    """Declare a field that is read from the Chinese key ``name`` of a record."""
    return field(default=default, metadata={"key": name})


class UnreadableValue(Invalid):
    """A record that did not pass `check` holds a value the model cannot take."""

    def __init__(self, name: str, value: object) -> None:
        super().__init__(f"“{name}”的内容无法使用：{str(value)[:40]!r}。请先运行 guanai check，改好后再试。")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Part of a record as the code sees it; immutable.

    Attributes:
        hidden: names of the fields that this edition hides; their values are None or empty.
    """

    hidden: frozenset[str] = frozenset()

    @classmethod
    def from_mapping(cls, data: Mapping[str, Any]) -> Self:
        """Read a record's mapping, redacted or whole; keys without a field are left out.

        Raises:
            UnreadableValue: a value does not have its schema's shape.
        """
        values: dict[str, Any] = {}
        hidden: list[str] = []
        make, keys = _plan(cls)
        for chinese, value in data.items():
            if chinese not in keys:
                continue
            name, kind, convert = keys[chinese]
            if type(value) is kind:
                values[name] = value
            elif value is HIDDEN:
                hidden.append(name)
            else:
                try:
                    values[name] = convert(value)
                except (TypeError, ValueError, AttributeError) as error:
                    raise UnreadableValue(chinese, value) from error
        made: Self = make(hidden=frozenset(hidden), **values) if hidden else make(**values)
        return made

    @classmethod
    def names(cls) -> dict[str, str]:
        """Return the Chinese key of each field, in order: ``{"姓名": "name"}``."""
        return {chinese: name for chinese, (name, *_) in _plan(cls)[1].items()}


_Converter = Callable[[object], object]

#: What makes a record; for each key its field's name, the type that is taken as it is, what reads anything else.
_Plan = tuple[Callable[..., Any], dict[str, tuple[str, type | None, _Converter]]]

#: The reading plan of each class, made when it is first read.
_plans: dict[type, _Plan] = {}


def _plan(cls: type[Record]) -> _Plan:
    if cls not in _plans:
        hints = {name: _bare(hint) for name, hint in get_type_hints(cls).items()}
        keys = {
            found.metadata["key"]: (
                found.name,
                hints[found.name] if hints[found.name] in _AS_THEY_ARE else None,
                _converter(hints[found.name]),
            )
            for found in fields(cls)
            if "key" in found.metadata
        }
        _plans[cls] = (maker(cls), keys)
    return _plans[cls]


#: Types of which a record holds the values themselves.
_AS_THEY_ARE: Final = (str, int, bool)


def _bare(hint: Any) -> Any:
    """Return a type without the None beside it."""
    if get_origin(hint) is UnionType:
        return next(arg for arg in get_args(hint) if arg is not type(None))
    return hint


def _exactly(kind: type) -> _Converter:
    def convert(value: object) -> object:
        if type(value) is not kind:
            raise TypeError
        return value

    return convert


def _text(read: Callable[[str], object]) -> _Converter:
    def convert(value: object) -> object:
        if not isinstance(value, str):
            raise TypeError
        return read(value)

    return convert


def _whole(value: object) -> int:
    # JSON Schema takes 3.0 for an integer, and so does check.
    if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
        raise TypeError
    return int(value)


def _number(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return float(value)


def _converter(hint: Any) -> _Converter:
    origin = get_origin(hint)
    if origin is tuple:
        return _list(_converter(get_args(hint)[0]))
    if origin is not None:
        return _mapping(dict)
    if hint is int:
        return _whole
    if hint in _AS_THEY_ARE:
        return _exactly(hint)
    if hint is float:
        return _number
    if hint in (date, datetime, time):
        return _text(hint.fromisoformat)
    if issubclass(hint, StrEnum):
        return _text(hint)
    return _mapping(hint.from_mapping)


def _list(item: _Converter) -> _Converter:
    def convert(value: object) -> object:
        if not isinstance(value, list):
            raise TypeError
        return tuple([item(each) for each in value])

    return convert


def _mapping(read: Callable[[Mapping[str, Any]], object]) -> _Converter:
    def convert(value: object) -> object:
        if type(value) is not dict and not isinstance(value, Mapping):
            raise TypeError
        return read(value)

    return convert
