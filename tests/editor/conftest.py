"""The real yaml-language-server, installed once below build/ and spoken to over LSP."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_ROOT = Path(__file__).resolve().parents[2]
#: The version that editors of this autumn bring; older ones do not know JSON Schema 2020-12.
_PACKAGE = "yaml-language-server@1.25.0"


class LanguageServer:
    """A client of one server process: requests, notifications, and the diagnostics that come back."""

    def __init__(self, program: Path, root: Path) -> None:
        self._process = subprocess.Popen(
            [program, "--stdio"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=root
        )
        self._number = 0
        self._diagnostics: dict[str, list[dict[str, Any]]] = {}
        settings = json.loads((root / ".vscode" / "settings.json").read_text(encoding="utf-8"))
        self._settings = {
            key.removeprefix("yaml."): value for key, value in settings.items() if key.startswith("yaml.")
        }
        self.request(
            "initialize",
            {
                "processId": None,
                "rootUri": root.as_uri(),
                "capabilities": {"workspace": {"configuration": True}},
                "workspaceFolders": [{"uri": root.as_uri(), "name": "w"}],
            },
        )
        self.notify("initialized", {})

    def notify(self, method: str, params: dict[str, Any]) -> None:
        self._send({"method": method, "params": params})

    def request(self, method: str, params: dict[str, Any]) -> Any:
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": params})
        while True:
            message = self._receive()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message["result"]

    def open(self, file: Path, text: str | None = None) -> str:
        text = file.read_text(encoding="utf-8") if text is None else text
        self.notify(
            "textDocument/didOpen",
            {"textDocument": {"uri": file.as_uri(), "languageId": "yaml", "version": 1, "text": text}},
        )
        return file.as_uri()

    def diagnostics(self, uri: str) -> list[dict[str, Any]]:
        while uri not in self._diagnostics:
            self._receive()
        return self._diagnostics.pop(uri)

    def close(self) -> None:
        self.request("shutdown", {})
        self.notify("exit", {})
        self._process.wait(timeout=10)
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _send(self, message: dict[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self._process.stdin.flush()

    def _receive(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        assert length, "the language server ended"
        message: dict[str, Any] = json.loads(self._process.stdout.read(length))
        self._answer(message)
        return message

    def _answer(self, message: dict[str, Any]) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            self._diagnostics[message["params"]["uri"]] = message["params"]["diagnostics"]
        elif "id" in message and "method" in message:
            wanted = (
                message.get("params", {}).get("items", [])
                if message["method"] == "workspace/configuration"
                else None
            )
            result = (
                None
                if wanted is None
                else [self._settings if item.get("section") == "yaml" else {} for item in wanted]
            )
            self._send({"id": message["id"], "result": result})


@pytest.fixture(scope="session")
def program() -> Path:
    """The server's executable."""
    folder = _ROOT / "build" / "language-server"
    found = folder / "node_modules" / ".bin" / "yaml-language-server"
    if not found.exists():
        npm = shutil.which("npm")
        assert npm, "npm is needed for this test; make test installs it"
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [npm, "install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", _PACKAGE],
            check=True,
            capture_output=True,
        )
    return found


@pytest.fixture(scope="module")
def server(program: Path) -> Iterator[LanguageServer]:
    """A running server with this repository open."""
    client = LanguageServer(program, _ROOT)
    yield client
    client.close()
