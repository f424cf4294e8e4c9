"""A TCP relay on this machine that can cut every connection through it."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress


class Relay:
    """Passes bytes between a client and `port` of 127.0.0.1 until it is cut.

    Parameters
    ----------
    port : int
        Where the server listens.

    Attributes
    ----------
    port : int
        Where clients connect to.
    is_cut : Event
        Set once the connections were cut.
    """

    def __init__(self, port: int) -> None:
        self._server = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._passed = 0
        self._limit: int | None = None
        self.is_cut = threading.Event()

    def cut_after(self, byte_count: int) -> None:
        """Cut every connection once clients have sent so many bytes from now on."""
        with self._lock:
            self._limit = self._passed + byte_count

    def serve(self) -> None:
        """Take connections until the relay is closed."""
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                server = socket.create_connection(("127.0.0.1", self._server))
                with self._lock:
                    self._open |= {client, server}
                for source, target, counts in (
                    (client, server, True),
                    (server, client, False),
                ):
                    threading.Thread(
                        target=self._pass, args=(source, target, counts), daemon=True
                    ).start()

    def close(self) -> None:
        """Close everything."""
        # shutdown, since closing alone does not wake who waits in accept
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._cut()

    def _pass(self, source: socket.socket, target: socket.socket, counts: bool) -> None:
        with suppress(OSError):
            while data := source.recv(4096):
                if counts and self._is_over(len(data)):
                    self.is_cut.set()
                    self._cut()
                    return
                target.sendall(data)
        for each in (source, target):
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def _is_over(self, size: int) -> bool:
        with self._lock:
            self._passed += size
            if self._limit is None or self._passed < self._limit:
                return False
            self._limit = None
            return True

    def _cut(self) -> None:
        with self._lock:
            cut, self._open = self._open, set()
        for each in cut:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)
            each.close()


@contextmanager
def relay_to(port: int) -> Iterator[Relay]:
    """A relay for as long as the block runs."""
    relay = Relay(port)
    threading.Thread(target=relay.serve, daemon=True).start()
    try:
        yield relay
    finally:
        relay.close()
