"""The body of a WSGI request, heard while the application reads it."""

from collections.abc import Iterable, Iterator
from typing import Any

from darklaunch.capture.mirror.observation import Observation


class RecordedInput:
    """``wsgi.input`` as the application knows it; every other attribute is the server's own."""

    def __init__(self, stream: Any, observation: Observation, length: int | None) -> None:  # noqa: ANN401 - PEP 3333
        """Wraps a stream.

        Args:
            stream: the server's.
            observation: hears what is read.
            length: of the body; None: not known, then it is whole when the stream has ended.
        """
        self._stream, self._observation, self._length = stream, observation, length
        self._read_bytes = 0

    def read(self, size: int | None = -1) -> bytes:
        """As files have it."""
        chunk: bytes = self._stream.read(size) if size is not None and size >= 0 else self._stream.read()
        return self._heard(chunk, ended=size is None or size < 0 or (size > 0 and not chunk))

    def readline(self, size: int | None = -1) -> bytes:
        """As files have it."""
        line: bytes = self._stream.readline(size) if size is not None and size >= 0 else self._stream.readline()
        return self._heard(line, ended=not line and size != 0)

    def readlines(self, hint: int | None = -1) -> Iterable[bytes]:
        """As files have it."""
        lines: list[bytes] = list(self._stream.readlines(hint))
        self._heard(b"".join(lines), ended=hint is None or hint <= 0)
        return lines

    def __iter__(self) -> Iterator[bytes]:
        for line in self._stream:
            yield self._heard(line, ended=False)
        self._heard(b"", ended=True)

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the server's stream has
        return getattr(self._stream, name)

    def _heard(self, chunk: bytes, *, ended: bool) -> bytes:
        self._read_bytes += len(chunk)
        whole = ended if self._length is None else self._read_bytes >= self._length
        self._observation.sent(chunk, last=whole)
        return chunk
