"""The recorder of a WSGI service."""

from collections.abc import Callable, Iterable, Iterator
from types import TracebackType
from typing import Any, TypeAlias
from urllib.parse import quote

from darklaunch.capture.mirror.observation import Observation
from darklaunch.capture.recorder.base import Recorder
from darklaunch.capture.recorder.routes import wsgi_route
from darklaunch.capture.recorder.wsgi_input import RecordedInput
from darklaunch.capture.writing.exchange import Headers

Environ: TypeAlias = dict[str, Any]
ExcInfo: TypeAlias = tuple[type[BaseException], BaseException, TracebackType] | tuple[None, None, None] | None
Write: TypeAlias = Callable[[bytes], object]
StartResponse: TypeAlias = Callable[..., Write]
App: TypeAlias = Callable[[Environ, StartResponse], Iterable[bytes]]


class WsgiRecorder(Recorder[App]):
    """A WSGI application that is another one, mirrored and recorded: ``app = WsgiRecorder(app, settings)``.

    Rows are flushed when the process ends in an orderly way, or by ``close``.
    """

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answers as the application does."""
        observation = self._observation(environ)
        if observation is None:
            return self._app(environ, start_response)
        environ["wsgi.input"] = RecordedInput(environ["wsgi.input"], observation, _length(environ))
        answer = _Answer(observation, environ, start_response)
        try:
            return answer.of(self._app(environ, answer.start))
        except Exception:
            answer.failed()
            raise
        except BaseException:
            observation.finish("connection")
            raise

    def _observation(self, environ: Environ) -> Observation | None:
        try:
            path = environ.get("RAW_URI") or environ.get("REQUEST_URI") or ""
            if not path.startswith("/"):
                # servers that keep no raw path have decoded it
                path = quote((environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1"))
            query = environ.get("QUERY_STRING") or None
            return self._mirror.observe(environ["REQUEST_METHOD"], path.partition("?")[0], query, _headers(environ))
        except Exception as error:  # a fault of the recorder must not fail the request
            self._mirror.complain(error)
            return None


class _Answer:
    """The answer of the application to one request."""

    def __init__(self, observation: Observation, environ: Environ, start_response: StartResponse) -> None:
        self._observation, self._environ, self._start_response = observation, environ, start_response
        self._begun = False

    def start(self, status: str, headers: list[tuple[str, str]], exc_info: ExcInfo = None) -> Write:
        """What the application calls as ``start_response``."""
        arguments = (status, headers) if exc_info is None else (status, headers, exc_info)
        write = self._start_response(*arguments)
        self._begun = True
        # Flask forgets it before the server has sent anything
        self._observation.route = self._observation.route or wsgi_route(self._environ)
        code = status.split(" ", 1)[0]
        if code.isdigit():
            self._observation.answered(int(code), tuple(headers))

        def writing(chunk: bytes) -> object:
            written = write(chunk)
            self._observation.received(chunk)
            return written

        return writing

    def of(self, chunks: Iterable[bytes]) -> Iterable[bytes]:
        """What the server iterates over; as long as the application's, because servers ask for that."""
        return _Sized(chunks, self) if hasattr(chunks, "__len__") else _Chunks(chunks, self)

    def failed(self) -> None:
        """Notes that the application failed; where it had not begun to answer the server says so, in its own words."""
        if self._begun:
            self._observation.finish("connection")
            return
        self._observation.answered(500, ())
        self._observation.unseen()
        self.finish()

    def received(self, chunk: bytes) -> None:
        """Takes note of a part that went out."""
        self._observation.received(chunk)

    def finish(self, error: str | None = None) -> None:
        """Ends the observation."""
        self._observation.finish(error)


class _Chunks:
    """The parts of an answer; each is noted when the server asks for the next one."""

    def __init__(self, chunks: Iterable[bytes], answer: _Answer) -> None:
        self._chunks, self._answer = chunks, answer
        self._whole = False

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            yield chunk
            self._answer.received(chunk)
        self._whole = True

    def close(self) -> None:
        """What the server calls when it has sent everything, or can't."""
        try:
            close = getattr(self._chunks, "close", None)
            if close is not None:
                close()
        finally:
            self._answer.finish(None if self._whole else "connection")


class _Sized(_Chunks):
    """Parts whose number is known."""

    def __len__(self) -> int:
        return len(self._chunks)  # type: ignore[arg-type]


def _headers(environ: Environ) -> Headers:
    """The request's headers; a server has joined repeated ones and lost their order."""
    named = (
        (key[5:] if key.startswith("HTTP_") else key, value)
        for key, value in environ.items()
        if key.startswith("HTTP_") or (key in ("CONTENT_TYPE", "CONTENT_LENGTH") and value)
    )
    return tuple((key.replace("_", "-").lower(), value) for key, value in named)


def _length(environ: Environ) -> int | None:
    """How long the request's body is; None: it says nothing."""
    text = environ.get("CONTENT_LENGTH") or ""
    if text.isdigit():
        return int(text)
    return None if "HTTP_TRANSFER_ENCODING" in environ else 0
