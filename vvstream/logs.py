"""Structured logs: one JSON object a line, on stderr."""

import json
import logging
import sys
import time
import traceback


class JsonLines(logging.Formatter):
    """A record as JSON; what stands in `extra={"record": {…}}` is part of it."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        line = {
            "time": f"{seconds}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "log": record.name,
            "event": record.getMessage(),
            **getattr(record, "record", {}),
        }
        if record.exc_info:
            line["traceback"] = "".join(traceback.format_exception(*record.exc_info))
        return json.dumps(line, ensure_ascii=False, default=str)


def configure(level: str) -> None:
    """Log everything of `level` and above."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    # uvicorn logs the URL of each handshake, and with it what is to be spoken.
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
