"""The signals that end a process, from a scheduler or a terminal that is closed. Ctrl-C is Python's own."""

from __future__ import annotations

import signal

ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
