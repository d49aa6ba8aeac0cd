"""Loads a JSON document strictly and checks it against a JSON schema.

Python's own reader lets through what no result file may hold: NaN, infinity,
numbers that overflow, and members given twice. Each of these, and each breach
of the schema, is reported with the place where it stands.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema

from rowcast_reports.errors import InputError

_LONGEST_QUOTE = 60
_LARGEST_NUMBER = 1e300
_NOT_FINITE = "a number that is not finite"


class _RepeatedMember(dict[str, Any]):
    """An object in which a member is given twice; refused once its place is known."""

    repeated: str = ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    broken = _RepeatedMember(members)
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            broken.repeated = name
        seen.add(name)
    return broken


def pointer(parts: list[str | int]) -> str:
    """A JSON pointer (RFC 6901)."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def _faults(value: object, at: list[str | int]) -> Iterator[tuple[list[str | int], str]]:
    if isinstance(value, float) and not math.isfinite(value):
        yield at, _NOT_FINITE
    elif isinstance(value, int) and abs(value) > _LARGEST_NUMBER:
        yield at, _NOT_FINITE
    elif isinstance(value, dict):
        if isinstance(value, _RepeatedMember):
            yield at, f"member {_quote(value.repeated)} is given twice"
        for name, member in value.items():
            yield from _faults(member, [*at, name])
    elif isinstance(value, list):
        for index, element in enumerate(value):
            yield from _faults(element, [*at, index])


def _quote(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST_QUOTE else text[: _LONGEST_QUOTE - 1] + "…"


def read_text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(path, f"byte {error.start}", "is not UTF-8") from None
    except OSError as error:
        raise InputError(path, "", error.strerror or "cannot be read") from None


@lru_cache(maxsize=None)
def _validator(schema_name: str) -> Any:
    text = resources.files("rowcast_reports").joinpath("schema", schema_name).read_text("utf-8")
    schema = json.loads(text)
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def _describe(error: Any) -> str:
    """The validator's message, without quoting the whole offending value."""
    value = _quote(error.instance)
    expected = error.validator_value
    if error.validator == "required":
        missing = [name for name in expected if name not in error.instance]
        return f"lacks {', '.join(missing)}"
    if error.validator == "type":
        kinds = expected if isinstance(expected, list) else [expected]
        return f"is {value}, should be {' or '.join(kinds)}"
    if error.validator in ("const", "enum"):
        allowed = expected if isinstance(expected, list) else [expected]
        return f"is {value}, should be {' or '.join(_quote(choice) for choice in allowed)}"
    if error.validator in ("minimum", "exclusiveMinimum", "maximum"):
        relation = {
            "minimum": "at least",
            "exclusiveMinimum": "more than",
            "maximum": "at most",
        }[error.validator]
        return f"is {value}, should be {relation} {expected}"
    if error.validator in ("minLength", "minItems"):
        return f"is {value}, too short"
    message = str(error.message)
    return message if len(message) < 160 else f"is {value}, which breaks the rule {error.validator!r}"


def parse(text: str, path: Path, line: int | None = None) -> Any:
    """The JSON text as data, finite and without repeated members; `line` if it is one of several."""
    prefix = "" if line is None else f"line {line}"
    try:
        document = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno if line is None else line}, column {error.colno}"
        raise InputError(path, place, f"broken JSON: {error.msg}") from None
    except RecursionError:
        raise InputError(path, prefix, "is nested too deeply") from None
    except ValueError as error:
        raise InputError(path, prefix, f"cannot be read: {error}") from None
    for at, fault in _faults(document, []):
        raise InputError(path, _place(prefix, at), fault)
    return document


def _place(prefix: str, at: list[str | int]) -> str:
    return ", ".join(part for part in (prefix, pointer(at) or "/") if part)


def check(document: Any, path: Path, schema_name: str, line: int | None = None) -> None:
    """Raises an InputError with the first breach of the schema."""
    errors = sorted(
        _validator(schema_name).iter_errors(document),
        key=lambda error: [str(part) for part in error.absolute_path],
    )
    if errors:
        first = errors[0]
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        place = _place("" if line is None else f"line {line}", list(first.absolute_path))
        raise InputError(path, place, _describe(first) + more)


def read(path: Path) -> Any:
    """The document at `path`, well-formed but not yet held against a schema."""
    text = read_text(path)
    if not text.strip():
        raise InputError(path, "", "is empty")
    return parse(text, path)


def load(path: Path, schema_name: str) -> Mapping[str, Any]:
    """The document at `path`, checked; an InputError names what is wrong and where."""
    document = read(path)
    check(document, path, schema_name)
    checked: Mapping[str, Any] = document
    return checked


def load_lines(path: Path, schema_name: str) -> list[Mapping[str, Any]]:
    """A document a line, each checked; a last line without its end was torn and is left out."""
    documents: list[Mapping[str, Any]] = []
    for number, text in enumerate(read_text(path).split("\n")[:-1], 1):
        if text.strip():
            document = parse(text, path, number)
            check(document, path, schema_name, number)
            documents.append(document)
    return documents
