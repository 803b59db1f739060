"""Lets the tests here import ``crawl``, which makes their inputs: with importlib mode nothing stands on the
path."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent))
