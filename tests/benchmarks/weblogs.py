"""Lines of a web log to typed columns, against a loop over lines."""

import gzip
import random
import re
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from string import Template
from typing import NamedTuple
from zoneinfo import ZoneInfo

from demo.complete_journey.visits import AGENTS
from ingest.extraction import day_window
from ingest.weblog.files import LogReader
from ingest.weblog.parsing import TIME_FORMAT, parse_block
from ingest.weblog.privacy import WeblogKeys
from ingest.weblog.reading import read_requests
from ingest.weblog.source import WeblogSource
from tests.benchmarks.measuring import Comparison, Contender, compare
