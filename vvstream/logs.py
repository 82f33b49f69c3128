"""Structured logs: one JSON object a line, on stderr."""

import json
import logging
import sys
import time
import traceback


class JsonLines(logging.Formatter):
    """A record as JSON; what stands in `extra={"record": {…}}` is part of it."""

    def __init__(self, process: str | None = None) -> None:
        super().__init__()
        self._process = {} if process is None else {"process": process}

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {
            "time": f"{seconds}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            **self._process,
            "log": record.name,
            "event": record.getMessage(),
            **getattr(record, "record", {}),
        }
        if record.exc_info:
            line["traceback"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: str, process: str | None = None) -> None:
    """Log everything of `level` and above; `process`: which one of the server's this is."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines(process))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # uvicorn logs the URL of each handshake, and with it what is to be spoken.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)


def level(name: str) -> None:
    """Log from now on everything of this level and above."""
    logging.getLogger().setLevel(name.upper())
