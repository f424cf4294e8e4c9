"""What a line of an access log looks like, as data.

A format is written as servers write it, nginx's `log_format`; each `$variable` has
a regular expression below. To add a format add a line to `FORMATS`, to understand
another variable add a line to `VARIABLES`.
"""

import re
from dataclasses import dataclass
from functools import cached_property

# A backslash always takes the next character with it: nginx writes \xHH, others \".
# Every piece must say by its next byte where it ends: such a pattern is matched in
# one pass, three times as fast as one that has to go back.
_QUOTED = r'[^"\\]*(?:\\.[^"\\]*)*'
_PATH_PIECE = r'(?:[^" ?\\]|\\.)[^" ?\\]*(?:\\.[^" ?\\]*)*'
_QUERY_PIECE = r'[^" \\]*(?:\\.[^" \\]*)*'

VARIABLES = {
    "$remote_addr": r'(?P<remote_addr>[^ "]+)',
    # A name may hold spaces. It takes the space behind it along, so that one
    # character tells whether another word or the time follows.
    "$remote_user ": r'(?:[^ "\[][^ "]* )+',
    "$time_local": r'(?P<time_local>[^\]"]*)',
    "$status": r"(?P<status>[0-9]{3}|-)",
    "$body_bytes_sent": r"(?P<body_bytes_sent>[0-9]{1,18}|-)",
    "$http_referer": rf"(?P<http_referer>{_QUOTED})",
    "$http_user_agent": rf"(?P<http_user_agent>{_QUOTED})",
    "$http_cookie": rf"(?P<http_cookie>{_QUOTED})",
    "$visitor_cookie": rf"(?P<visitor_cookie>{_QUOTED})",
    "$login": rf"(?P<login>{_QUOTED})",
}
ADDRESSES = ("remote_addr",)  # variables that may name the client

_REQUEST_SPLIT = (
    r"(?P<method>[A-Za-z_-]{1,32})"
    rf" (?P<path>{_PATH_PIECE})(?:\?(?P<query>{_QUERY_PIECE}))?"
    r" HTTP/[0-9](?:\.[0-9])?"
)
_REQUEST_WHOLE = rf"(?P<request>{_QUOTED})"

ANY_REQUEST = (
    r"^(?P<method>[A-Za-z_-]{1,32}) (?:"
    r"(?P<path>[^?]+)(?:\?(?P<query>.*))? HTTP/[0-9](?:\.[0-9])?"
    r"|(?P<old_path>[^ ?]+)(?:\?(?P<old_query>[^ ]*))?)$"
)
"""A request as a careful look sees it: spaces in the target, or no version."""


@dataclass(frozen=True)
class LogFormat:
    """One kind of line.

    Parameters
    ----------
    directive : str
        The line in the server's own notation.
    """

    directive: str

    @cached_property
    def pattern(self) -> str:
        """Regular expression of an ordinary line, its request already split."""
        return self._pattern(_REQUEST_SPLIT)

    @cached_property
    def loose_pattern(self) -> str:
        """Regular expression of a line whose request may be anything."""
        return self._pattern(_REQUEST_WHOLE)

    @cached_property
    def fields(self) -> frozenset[str]:
        """Names that the patterns capture."""
        return frozenset(re.compile(self.loose_pattern).groupindex)

    @property
    def ends_closed(self) -> bool:
        """Whether a cut line cannot look like a whole one: it ends in a quote."""
        return self.directive.endswith('"')

    def _pattern(self, request: str) -> str:
        variables = VARIABLES | {"$request": request}
        names = sorted(variables, key=len, reverse=True)
        pieces = re.split("(" + "|".join(map(re.escape, names)) + ")", self.directive)
        body = "".join(variables.get(piece) or re.escape(piece) for piece in pieces)
        return rf"^{body}\r?\n?$"


_COMBINED = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent'
    ' "$http_referer" "$http_user_agent"'
)

FORMATS = {
    "nginx_combined": LogFormat(_COMBINED),
    # The value of one cookie, and the number of the customer who is logged in.
    "nginx_combined_cookie_login": LogFormat(f'{_COMBINED} "$visitor_cookie" "$login"'),
    # The whole header; the company says by `visitor_cookie` which one it wants.
    "nginx_combined_cookies_login": LogFormat(f'{_COMBINED} "$http_cookie" "$login"'),
}
