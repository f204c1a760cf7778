"""The memory that the mirror may hold."""

import threading


class Budget:
    """A number of bytes that is taken and given back, from any thread."""

    def __init__(self, most_bytes: int) -> None:
        self._free = most_bytes
        self._lock = threading.Lock()

    def take(self, size_bytes: int) -> bool:
        """Takes so much, or nothing where there is not so much left."""
        with self._lock:
            if size_bytes > self._free:
                return False
            self._free -= size_bytes
            return True

    def give(self, size_bytes: int) -> None:
        """Gives back."""
        with self._lock:
            self._free += size_bytes

    @property
    def free_bytes(self) -> int:
        """What is left."""
        return self._free
