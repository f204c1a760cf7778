"""Texts and bytes in the contract's types."""

import uuid

import pyarrow as pa
import pyarrow.compute as pc

from darklaunch.capture.conversion.types import is_uuid


def as_text(array: pa.Array) -> pa.Array:
    """Text in UTF-8, which its writer may have only claimed; a UUID in its usual spelling."""
    array = decoded(array)
    if is_uuid(array.type):
        raw = array.storage.to_pylist()
        return pa.array([each if each is None else str(uuid.UUID(bytes=each)) for each in raw], pa.string())
    array = stored(array)
    if pa.types.is_null(array.type):
        return pa.nulls(len(array), pa.string())
    text = array if pa.types.is_string(array.type) else pc.cast(array, pa.string(), safe=False)
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        raw = text.cast(pa.binary()).to_pylist()
        return pa.array([each if each is None else each.decode("utf-8", "replace") for each in raw], pa.string())
    return text


def as_raw(array: pa.Array) -> pa.Array:
    """Bytes; those of a text in UTF-8."""
    array = decoded(array)
    if is_uuid(array.type):
        array = as_text(array)
    array = stored(array)
    return (array.cast(pa.binary()) if pa.types.is_fixed_size_binary(array.type) else array).cast(pa.large_binary())


def stored(array: pa.Array) -> pa.Array:
    """The values of an extension type as they are stored, and those of a dictionary in full."""
    while isinstance(array, pa.ExtensionArray):
        array = array.storage
    return decoded(array)


def decoded(array: pa.Array) -> pa.Array:
    """The values of a dictionary in full."""
    return array.dictionary_decode() if pa.types.is_dictionary(array.type) else array
