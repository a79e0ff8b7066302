"""A headless Chromium for the tests, spoken to through a pipe: pages as a reader sees them, nothing made up."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
    "about:blank",
]
_START = (
    "import os, sys; os.dup2(int(sys.argv[1]), 3); os.dup2(int(sys.argv[2]), 4); os.execv(sys.argv[3], sys.argv[3:])"
)
"""The browser reads from the third file and writes to the fourth."""

_SECONDS = 30
_FAULTS = {"error", "warning", "assert"}


class Page:
    """One page: what it asked for, what it complained of, and what can be done in it."""

    def __init__(self, outgoing: int, incoming: int) -> None:
        self._out, self._in = outgoing, incoming
        self._number, self._session, self._rest = 0, "", b""
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self._loaded = False
        target = self.send("Target.createTarget", url="about:blank")["targetId"]
        self._session = self.send("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network", "DOM"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask something of the browser and return the answer; what it tells meanwhile is noted."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        message |= {"sessionId": self._session} if self._session else {}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != self._number:
            self._note(answer)
        assert "error" not in answer, f"{method}: {answer.get('error')}"
        result: dict[str, Any] = answer["result"]
        return result

    def open(
        self,
        file: Path,
        width: int = 1200,
        height: int = 900,
        *,
        dark: bool = False,
        part: str = "",
        scripts: bool = True,
    ) -> None:
        """Open a file and wait until it is loaded; with `scripts`, until it is drawn as well."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600}
        self.send("Emulation.setDeviceMetricsOverride", **size)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[scheme])
        self._go("about:blank")
        self.complaints.clear()
        self.requests.clear()
        self._go(file.absolute().as_uri() + part)
        if scripts:
            self.draw()

    def draw(self) -> None:
        """Wait until what has been done is seen."""
        self.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))")

    def follow(self, action: Callable[[], None]) -> None:
        """Do what leads to another page, and wait until that is loaded."""
        self._loaded = False
        action()
        while not self._loaded:
            self._note(self._read())

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        answer = self.send("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    def press(self, key: str, code: int) -> None:
        """Press a key."""
        text = {"text": "\r"} if key == "Enter" else {}
        for kind in ("keyDown", "keyUp"):
            self.send("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=code, **text)

    def click(self, selector: str) -> None:
        """Click what a selector finds, with the mouse."""
        self.run(f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}})")
        box = self.run(f"document.querySelector({json.dumps(selector)}).getBoundingClientRect().toJSON()")
        place = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        for kind in ("mousePressed", "mouseReleased"):
            self.send("Input.dispatchMouseEvent", type=kind, x=place[0], y=place[1], button="left", clickCount=1)

    def picture(self, *, whole: bool = False) -> bytes:
        """Return what is seen, as PNG."""
        return base64.b64decode(self.send("Page.captureScreenshot", captureBeyondViewport=whole)["data"])

    def pdf(self) -> bytes:
        """Return the page as it is printed."""
        return base64.b64decode(self.send("Page.printToPDF", printBackground=True, preferCSSPageSize=True)["data"])

    def _go(self, address: str) -> None:
        self.follow(lambda: self.send("Page.navigate", url=address) and None)

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            piece = os.read(self._in, 1 << 20)
            assert piece, "the browser has ended"
            self._rest += piece
        message, _end, self._rest = self._rest.partition(b"\0")
        told: dict[str, Any] = json.loads(message)
        return told

    def _note(self, told: dict[str, Any]) -> None:
        method, about = told.get("method"), told.get("params", {})
        if method == "Page.loadEventFired":
            self._loaded = True
        elif method == "Network.requestWillBeSent":
            self.requests.append(about["request"]["url"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(about["exceptionDetails"]))
        elif method == "Runtime.consoleAPICalled" and about["type"] in _FAULTS:
            self.complaints.append(json.dumps(about["args"]))
        elif method == "Log.entryAdded" and about["entry"]["level"] in _FAULTS:
            self.complaints.append(about["entry"]["text"])


@contextmanager
def chromium(folder: Path) -> Iterator[Page]:
    """Start a browser of its own, with nothing in it, and end it."""
    assert PROGRAM
    (theirs_in, ours_out), (ours_in, theirs_out) = os.pipe(), os.pipe()
    command = [PROGRAM, *_FLAGS, f"--user-data-dir={folder}"]
    start = [sys.executable, "-c", _START, str(theirs_in), str(theirs_out), *command]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(start, pass_fds=(theirs_in, theirs_out), stdout=quiet, stderr=quiet)
    os.close(theirs_in)
    os.close(theirs_out)
    try:
        yield Page(ours_out, ours_in)
    finally:
        os.close(ours_out)
        os.close(ours_in)
        process.terminate()
        process.wait(_SECONDS)
