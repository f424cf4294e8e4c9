"""Debian's Chromium without a window, driven by its DevTools protocol."""

import itertools
import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from websockets.sync.client import ClientConnection, connect

CHROMIUM = "/usr/bin/chromium"
MOST_BYTES = 100_000_000  # of an answer: a screenshot of a long page
# What a page may complain of, or ask a network for.
EVENTS = (
    *("Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"),
    "Network.requestWillBeSent",
)


class Tab:
    """One page of the browser.

    Attributes
    ----------
    events : list of dict
        What the page said on its console, and asked for, since it was opened.
    """

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._session: str | None = None
        self.events: list[dict[str, Any]] = []
        target = self.tell("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.tell(
            "Target.attachToTarget", targetId=target, flatten=True
        )["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.tell(f"{domain}.enable")

    def tell(self, method: str, **values: Any) -> dict[str, Any]:
        """Ask for something, and wait for the answer.

        Raises
        ------
        RuntimeError
            If the browser cannot do it.
        """
        number = next(self._numbers)
        asked: dict[str, Any] = {"id": number, "method": method, "params": values}
        if self._session:
            asked["sessionId"] = self._session
        self._socket.send(json.dumps(asked))
        while True:
            told = json.loads(self._socket.recv(timeout=60))
            if told.get("id") == number:
                break
            if told.get("method") in EVENTS:
                self.events.append(told)
        if "error" in told:
            raise RuntimeError(f"{method}: {told['error']['message']}")
        answer: dict[str, Any] = told["result"]
        return answer

    def look_at(self, path: Path, *, width: int, height: int, scheme: str) -> Self:
        """Open a file in a window of this size, with a light or a dark theme."""
        self.tell(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        theme = {"name": "prefers-color-scheme", "value": scheme}
        self.tell("Emulation.setEmulatedMedia", features=[theme])
        self.events.clear()
        self.tell("Page.navigate", url=path.as_uri())
        self.run(
            "new Promise(done => document.readyState === 'complete'"
            " ? done(0) : addEventListener('load', () => done(0)))"
        )
        return self

    def run(self, script: str) -> Any:
        """Value of an expression in the page, or of the promise that it gives.

        Raises
        ------
        RuntimeError
            If the script fails.
        """
        told = self.tell(
            "Runtime.evaluate",
            expression=script,
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in told:
            raise RuntimeError(str(told["exceptionDetails"]))
        return told["result"].get("value")


@contextmanager
def chromium(home: Path) -> Iterator[Tab]:
    """A browser with one page, whose own files lie in `home`."""
    process = subprocess.Popen(
        [
            *(CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu"),
            *("--remote-debugging-port=0", f"--user-data-dir={home}", "about:blank"),
        ],
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stderr is not None
        said = "DevTools listening on "
        url = next(line for line in process.stderr if line.startswith(said))
        with connect(url.removeprefix(said).strip(), max_size=MOST_BYTES) as socket:
            yield Tab(socket)
    finally:
        process.terminate()
        process.wait(timeout=30)
