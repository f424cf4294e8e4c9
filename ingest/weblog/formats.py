"""What a line of an access log looks like, as data.

A format is written as servers write it: nginx's `log_format`, or Apache's `LogFormat`,
which becomes the same. Each `$variable` that says something to us has a regular
expression below; every other one is passed over up to what delimits it. To add a
format add a line to `FORMATS`, to understand another variable add one to `VARIABLES`.
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
    "$http_x_forwarded_for": rf"(?P<http_x_forwarded_for>{_QUOTED})",
    "$visitor_cookie": rf"(?P<visitor_cookie>{_QUOTED})",
    "$login": rf"(?P<login>{_QUOTED})",
}
ADDRESSES = ("remote_addr", "http_x_forwarded_for")  # may name the client
NEEDED = ("$time_local", "$request", "$status")

# Apache's directives in nginx's words; of what has no word here the name is enough.
_APACHE = {
    "%h": "$remote_addr",
    "%a": "$remote_addr",
    "%u": "$remote_user",
    "%t": "[$time_local]",
    "%r": "$request",
    "%s": "$status",
    "%b": "$body_bytes_sent",
    "%B": "$body_bytes_sent",
    "%O": "$body_bytes_sent",
    "%{referer}i": "$http_referer",
    "%{user-agent}i": "$http_user_agent",
    "%{cookie}i": "$http_cookie",
    "%{x-forwarded-for}i": "$http_x_forwarded_for",
    "%%": "%",
}
_APACHE_DIRECTIVE = re.compile(r"%[<>]?(?:[!,0-9]+)?(?:\{([^}]*)\})?(\^?[A-Za-z%]+?)")

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
        The line in nginx's notation.
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
        names = sorted(map(re.escape, variables), key=len, reverse=True)
        token = re.compile(rf"({'|'.join(names)})(?!\w)|\$\w+")
        body, end = "", 0
        for found in token.finditer(self.directive):
            body += re.escape(self.directive[end : found.start()])
            end = found.end()
            # what is logged twice is read once
            body += variables.pop(found[0], "") or _passed_over(
                self.directive[: found.start()], self.directive[end : end + 1]
            )
        return rf"^{body}{re.escape(self.directive[end:])}\r?\n?$"


def _passed_over(before: str, follows: str) -> str:
    """Pattern of a variable that says nothing to us, up to what delimits it."""
    if before.count('"') % 2:
        return _QUOTED
    return rf"[^{re.escape(follows)}]*" if follows else ".*"


def log_format(told: str) -> LogFormat:
    """The format of a name, or of a directive of nginx's or Apache's.

    Raises
    ------
    ValueError
        If it is no known name, or a directive without what every line must say.
    """
    if told in FORMATS:
        return FORMATS[told]
    if "%" in told:
        told = _APACHE_DIRECTIVE.sub(_in_nginx_words, told.replace(r"\"", '"'))
    elif "$" not in told:
        raise ValueError(
            f"format {told!r} unknown: {', '.join(sorted(FORMATS))}, or a directive: "
            "nginx's log_format, Apache's LogFormat"
        )
    told = re.sub(r"\$\{(\w+)\}", r"$\1", told)
    missing = [name for name in NEEDED if not re.search(rf"{re.escape(name)}\b", told)]
    if missing:
        raise ValueError(f"format {told!r} lacks {', '.join(missing)}")
    return LogFormat(told)


def _in_nginx_words(directive: re.Match[str]) -> str:
    header, letter = directive[1], directive[2]
    if header is None:
        return _APACHE.get(f"%{letter}", "$other")
    if letter == "C":
        return "$visitor_cookie"
    return _APACHE.get(f"%{{{header.lower()}}}{letter}", "$other")


_COMMON = (
    '$remote_addr - $remote_user [$time_local] "$request" $status $body_bytes_sent'
)
_COMBINED = f'{_COMMON} "$http_referer" "$http_user_agent"'

FORMATS = {
    "nginx_combined": LogFormat(_COMBINED),
    "nginx_main": LogFormat(f'{_COMBINED} "$http_x_forwarded_for"'),
    # The value of one cookie, and the number of the customer who is logged in.
    "nginx_combined_cookie_login": LogFormat(f'{_COMBINED} "$visitor_cookie" "$login"'),
    # The whole header; the company says by `visitor_cookie` which one it wants.
    "nginx_combined_cookies_login": LogFormat(f'{_COMBINED} "$http_cookie" "$login"'),
    "apache_common": LogFormat(_COMMON.replace(" - ", " $ident ", 1)),
    "apache_combined": LogFormat(_COMBINED.replace(" - ", " $ident ", 1)),
    "apache_vhost_combined": LogFormat(
        f"$host:$server_port {_COMBINED.replace(' - ', ' $ident ', 1)}"
    ),
}
