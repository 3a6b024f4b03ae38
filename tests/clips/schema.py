"""Holds a value to a JSON Schema: the keywords that docs/clips.schema.json uses, and no others."""

from __future__ import annotations

from typing import Any

_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
_KNOWN = {
    "$schema",
    "title",
    "type",
    "const",
    "enum",
    "minimum",
    "maximum",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "minItems",
    "maxItems",
}


def check(value: Any, schema: dict[str, Any], at: str = "$") -> None:
    """Fail with the place where the value is not as the schema says."""
    assert set(schema) <= _KNOWN, f"{at}: the check does not know {set(schema) - _KNOWN}"
    if "const" in schema:
        assert value == schema["const"], f"{at} is {value!r}"
    if "enum" in schema:
        assert value in schema["enum"], f"{at} is {value!r}"
    if "type" in schema:
        names = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
        kinds = tuple(kind for name in names for kind in _TYPES[name])
        right = isinstance(value, kinds) and (bool in kinds or not isinstance(value, bool))
        assert right, f"{at} is {value!r}, not {names}"
    if isinstance(value, int | float) and not isinstance(value, bool):
        assert schema.get("minimum", value) <= value <= schema.get("maximum", value), (
            f"{at} is {value}"
        )
    if isinstance(value, dict):
        known = schema.get("properties", {})
        assert set(schema.get("required", ())) <= set(value), f"{at} has only {set(value)}"
        if schema.get("additionalProperties") is False:
            assert set(value) <= set(known), f"{at} has {set(value) - set(known)} too"
        for name, one in value.items():
            check(one, known.get(name, {}), f"{at}.{name}")
    if isinstance(value, list):
        assert schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)), at
        for index, one in enumerate(value):
            check(one, schema.get("items", {}), f"{at}[{index}]")
