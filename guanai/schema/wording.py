"""Says in plain Chinese what a schema objects to, at the line where it stands."""

import difflib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators
from referencing import Registry, Resource

from guanai.errors import Problem
from guanai.schema.fields import Field
from guanai.yamlfile import Loaded, Path, pointer

_KINDS = {
    "string": "文字",
    "integer": "整数",
    "number": "数字",
    "boolean": "true 或 false",
    "object": "一组栏目",
    "array": "一个列表",
}
_SHOWN = 40


def explain(sources: Mapping[str, Any], kind: str, record: Field, loaded: Loaded) -> Iterator[Problem]:
    """Yield each objection of a schema as one problem.

    Args:
        sources: all schema files by name.
        kind: which of them the record belongs to.
        record: the same schema as fields.
        loaded: the record with its places.
    """
    found = [_told(error) for error in _validator(sources, kind).iter_errors(loaded.data)]
    told: set[Path] = set()
    for objection in sorted(found, key=_weight):
        if objection.rule not in _OF_PARENTS and objection.path in told:
            continue  # a value of the wrong type is also not in the list and not of the form: said once
        told.add(objection.path)
        yield from _problems(objection, record, loaded)


def readable(path: Path) -> str:
    """Return a path as people read it: 家庭 › 监护人第2项 › 电话."""
    words: list[str] = []
    for step in path:
        if isinstance(step, int) and words:
            words[-1] += f"第{step + 1}项"
        else:
            words.append(str(step))
    return " › ".join(words)


#: Rules about a mapping's keys: each error is a matter of its own.
_OF_PARENTS = ("required", "additionalProperties")
_WEIGHTS = ("type", "enum", "const", "pattern", "format")


def _weight(objection: "_Objection") -> int:
    return _WEIGHTS.index(objection.rule) if objection.rule in _WEIGHTS else len(_WEIGHTS)


@dataclass(frozen=True, slots=True)
class _Objection:
    """One error of jsonschema: where, which keyword, what it wants, what it found, and its schema."""

    path: Path
    rule: str
    wanted: Any
    value: Any
    schema: Mapping[str, Any]
    words: str


def _told(error: ValidationError) -> _Objection:
    schema = error.schema if isinstance(error.schema, Mapping) else {}
    path = tuple(error.absolute_path)
    return _Objection(
        path, str(error.validator), error.validator_value, error.instance, schema, error.message
    )


def _validator(sources: Mapping[str, Any], kind: str) -> Any:
    registry: Registry[Any] = Registry().with_resources(
        (name, Resource.from_contents(source)) for name, source in sources.items()
    )
    strict: Any = validators.extend(Draft202012Validator, {"pattern": _pattern})  # type: ignore[no-untyped-call]
    checker = Draft202012Validator.FORMAT_CHECKER
    return strict(sources[f"{kind}.schema.json"], registry=registry, format_checker=checker)


def _pattern(_validator: object, pattern: str, value: object, _schema: object) -> Iterator[ValidationError]:
    # Python's $ also matches before a last newline, and its classes know more than ASCII; the other
    # validators and the editors do neither.
    ended = re.sub(r"(?<!\\)\$$", r"\\Z", pattern)
    if isinstance(value, str) and not re.search(ended, value, re.ASCII):
        yield ValidationError(f"{value!r} does not match {pattern!r}")


def _problems(found: _Objection, record: Field, loaded: Loaded) -> Iterator[Problem]:
    field = record.at(found.path)
    if found.rule == "additionalProperties":
        yield from _unknown_keys(found, field, loaded)
    elif found.rule == "required":
        yield from _missing_keys(found, loaded)
    else:
        sentence = _SENTENCES.get(found.rule, _other)(found, loaded.source(found.path))
        where = f"{readable(found.path)}：" if found.path else ""
        yield _problem(loaded, found.path, found.rule, where + sentence)


def _problem(loaded: Loaded, path: Path, rule: str, message: str) -> Problem:
    return Problem(loaded.path, loaded.line(path), pointer(path), f"schema.{rule}", message)


def _unknown_keys(found: _Objection, field: Field | None, loaded: Loaded) -> Iterator[Problem]:
    known = list(found.schema.get("properties", ()))
    former = {old: child.key for child in (field.children.values() if field else ()) for old in child.former}
    for key in found.value:
        if key in known:
            continue
        path = (*found.path, key)
        close = former.get(key) or next(iter(difflib.get_close_matches(key, known, 1, 0.5)), "")
        hint = f"是不是“{close}”？" if close else f"这里可以写：{_listed(known, 12)}。"
        yield _problem(loaded, path, "unknown", f"{readable(path)}：没有这个栏目。{hint}")


def _missing_keys(found: _Objection, loaded: Loaded) -> Iterator[Problem]:
    where = f"{readable(found.path)}里" if found.path else "这份记录里"
    for key in found.wanted:
        # jsonschema reports each missing key by itself, and only its words say which one.
        if key not in found.value and found.words.startswith(repr(key)):
            yield _problem(loaded, found.path, "required", f"{where}缺少“{key}”，请补上。")


def _listed(words: list[str], most: int) -> str:
    return f"{'、'.join(words[:most])}{'等' if len(words) > most else ''}"


_Sentence = Callable[[_Objection, str], str]


def _type(found: _Objection, source: str) -> str:
    if found.value is None:
        return "冒号后面是空的；请填写，或者删去这一行。"
    if found.wanted == "string" and isinstance(found.value, bool | int | float):
        return f'这里应是文字，写成 {source} 会被当作数字或真假；请加引号："{source}"。'
    return f"这里应是{_KINDS.get(str(found.wanted), found.wanted)}，现在写的是{_shown(found.value, source)}。"


def _enum(found: _Objection, source: str) -> str:
    choices = [str(value) for value in found.wanted]
    close = next(iter(difflib.get_close_matches(str(found.value), choices, 1, 0.5)), "")
    hint = f"是不是“{close}”？" if close else ""
    return f"{_shown(found.value, source)}不在可选的范围里。{hint}可选：{_listed(choices, 24)}。"


def _form(found: _Objection, source: str) -> str:
    hint = found.schema.get("patternErrorMessage", "请对照说明改正")
    return f"{_shown(found.value, source)}的写法不对。{hint}。"


def _format(found: _Objection, source: str) -> str:
    return f"{_shown(found.value, source)}不是真实存在的日期，请核对年、月、日。"


def _const(found: _Objection, source: str) -> str:
    return f"这里必须是“{found.wanted}”，现在写的是{_shown(found.value, source)}。"


def _short(_: _Objection, __: str) -> str:
    return "内容是空的；请填写，或者删去这一行。"


def _long(found: _Objection, _: str) -> str:
    return f"太长了：最多 {found.wanted} 个字，现在有 {len(found.value)} 个。"


def _few(found: _Objection, _: str) -> str:
    return f"至少要有 {found.wanted} 项。"


def _many(found: _Objection, _: str) -> str:
    return f"最多 {found.wanted} 项，现在有 {len(found.value)} 项。"


def _twice(_: _Objection, __: str) -> str:
    return "有两项完全相同，请删去一项。"


def _low(found: _Objection, source: str) -> str:
    return f"{source} 太小了，不能小于 {found.wanted}。"


def _high(found: _Objection, source: str) -> str:
    return f"{source} 太大了，不能大于 {found.wanted}。"


def _other(found: _Objection, source: str) -> str:
    return f"{_shown(found.value, source)}不合规定（{found.rule}）。"


def _shown(value: object, source: str) -> str:
    if isinstance(value, dict):
        return "一组栏目"
    if isinstance(value, list):
        return "一个列表"
    text = " ".join((source or str(value)).split())  # a message is one line
    return f"“{text[:_SHOWN]}{'…' if len(text) > _SHOWN else ''}”"


_SENTENCES: Mapping[str, _Sentence] = {
    "type": _type,
    "enum": _enum,
    "pattern": _form,
    "format": _format,
    "const": _const,
    "minLength": _short,
    "maxLength": _long,
    "minItems": _few,
    "maxItems": _many,
    "uniqueItems": _twice,
    "minimum": _low,
    "maximum": _high,
}
