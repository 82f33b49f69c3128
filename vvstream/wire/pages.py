"""The pages for people: the console at `/`, the digital human at `/avatar`, and what they load.

Everything is a file of `vvstream/web/`, served as it is; what both pages show, such as their
header, is written once, in `parts/`, and put in where they say `$header`. Nothing comes from
another host, nothing is inline, and the Content-Security-Policy holds the browser to it. The pages
know the server through docs/protocol.md alone.
"""

from collections.abc import Awaitable, Callable
from pathlib import Path
from string import Template
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

FOLDER: Final = Path(__file__).parents[1] / "web"

# blob: a visitor's own head holds its textures; three.js reads them through such addresses.
POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob: data:",
        "connect-src 'self' blob:",
        "worker-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    # The browser asks each time whether its copy is still right: an upgrade is never half seen.
    "Cache-Control": "no-cache",
}
# What Python guesses depends on the machine's own tables, and a module of another type is refused.
TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}


class Files(StaticFiles):
    """The files of a folder, with our headers."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                named = dict(HEADERS)
                if kind := TYPES.get(Path(scope["path"]).suffix):
                    named["Content-Type"] = f"{kind}; charset=utf-8"
                raw = [(name.lower().encode(), value.encode()) for name, value in named.items()]
                ours = {name for name, _ in raw}
                theirs = [pair for pair in message["headers"] if pair[0] not in ours]
                # A refusal is plain text, whatever the name that was asked for.
                if message["status"] >= 400:
                    raw = [pair for pair in raw if pair[0] != b"content-type"]
                    theirs = message["headers"]
                message["headers"] = theirs + raw
            await send(message)

        await super().__call__(scope, receive, with_headers)


def routes() -> list[BaseRoute]:
    """The addresses of the pages."""
    return [
        Route("/", _answer(page("console"))),
        Route("/avatar", _answer(page("avatar"))),
        Mount("/web", Files(directory=FOLDER)),
    ]


def page(name: str) -> str:
    """A page with its parts in it; its own link in the header is marked as the current one."""
    here = {"at_console": "", "at_avatar": "", f"at_{name}": ' aria-current="page"'}
    parts = {
        path.stem: Template(path.read_text("utf-8")).substitute(here)
        for path in (FOLDER / "parts").glob("*.html")
    }
    return Template((FOLDER / f"{name}.html").read_text("utf-8")).substitute(parts)


def _answer(text: str) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return HTMLResponse(text, headers=HEADERS)

    return answer
