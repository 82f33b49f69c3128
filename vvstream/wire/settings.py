"""`GET` and `POST /api/config`: what can be changed while the server runs, and changing it."""

import ipaddress
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from vvstream.config import Config
from vvstream.errors import OriginRefused, Unauthorized
from vvstream.live import CHANGEABLE, NotChanged, settings
from vvstream.wire.gate import Gate, bearer

# Far more than all names with their values.
MOST_BYTES: Final = 16_384

log = logging.getLogger("vvstream.wire")


class Settings:
    """`change` checks values and puts them in force, or raises NotChanged."""

    def __init__(
        self,
        config: Callable[[], Config],
        gate: Gate,
        change: Callable[[Mapping[str, Any]], Awaitable[None]],
    ) -> None:
        self._config = config
        self._gate = gate
        self._change = change

    async def get(self, request: Request) -> Response:
        """What can be changed, with its limits."""
        return JSONResponse(self._body(may_change=self._refusal(request) is None))

    async def post(self, request: Request) -> Response:
        """Change it; all of it, or nothing."""
        if (refusal := self._refusal(request)) is not None:
            return refusal
        values = await _values(request)
        if values is None:
            return _error(400, 'expected a JSON object such as {"steps": 5}')
        try:
            await self._change(values)
        except NotChanged as error:
            known = ", ".join(CHANGEABLE)
            message = f"nothing was changed: {error.message}; what can be changed: {known}"
            return _error(422, message, faults=error.faults, changeable=settings(self._config()))
        log.info("changed", extra={"record": {"values": values}})
        return JSONResponse(self._body(may_change=True))

    def _body(self, *, may_change: bool) -> Mapping[str, Any]:
        return {"changeable": settings(self._config()), "may_change": may_change}

    def _refusal(self, request: Request) -> Response | None:
        """Who may change: a key with `admin`; without keys, who sits at this machine."""
        host = request.headers.get("host", "")
        try:
            self._gate.check_origin(request.headers.get("origin"), host)
            if self._gate.locked:
                if not self._gate.admin(bearer(request.headers.get("authorization"))):
                    return _error(403, "this key may not: access.keys has no admin: true for it")
            elif not (_is_local(request.client.host if request.client else "") and _names_us(host)):
                return _error(
                    403, "without access.keys the configuration is changed from this machine only"
                )
        except OriginRefused as error:
            return _error(403, error.message)
        except Unauthorized as error:
            return _error(401, error.message)
        return None


async def _values(request: Request) -> Mapping[str, Any] | None:
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > MOST_BYTES:
            return None
    try:
        values = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return values if isinstance(values, dict) and values else None


def _is_local(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _names_us(host: str) -> bool:
    """A page of another name that leads here (DNS rebinding) is not somebody at this machine."""
    name = host.rpartition(":")[0] if not host.endswith("]") and ":" in host else host
    return name.lower() == "localhost" or _is_local(name.strip("[]"))


def _error(status: int, message: str, **more: object) -> JSONResponse:
    return JSONResponse({"error": {"message": message}, **more}, status)
