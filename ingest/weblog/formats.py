"""What a line of an access log looks like, as data.

A format is written as servers write it: nginx's `log_format`, or Apache's `LogFormat`,
which becomes the same. Each `$variable` that says something to us has a regular
expression below; every other one is passed over up to what delimits it. To add a
format add a line to `FORMATS`, to understand another variable add one to `VARIABLES`.
Logs of one JSON object a line are in `json_lines`.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

# A backslash always takes the next character with it: nginx writes \xHH, others \".
# Every piece must say by its next byte where it ends: such a pattern is matched in
# one pass, three times as fast as one that has to go back.
_QUOTED = r'[^"\\]*(?:\\.[^"\\]*)*'
_PATH_PIECE = r'(?:[^" \t?\\]|\\.)[^" \t?\\]*(?:\\.[^" \t?\\]*)*'
_QUERY_PIECE = r'[^" \t\\]*(?:\\.[^" \t\\]*)*'

_TARGET = rf"(?P<path>{_PATH_PIECE})(?:\?(?P<query>{_QUERY_PIECE}))?"

VARIABLES = {
    "$remote_addr": r'(?P<remote_addr>[^ \t"]+)',
    # A name may hold spaces. It takes the space behind it along, so that one
    # character tells whether another word or the time follows.
    "$remote_user ": r'(?:[^ "\[][^ "]* )+',
    "$time_local": r'(?P<time_local>[^\]"]*)',
    "$time_iso8601": r"(?P<time_iso8601>[0-9TZ:.,+\-]+)",
    "$msec": r"(?P<msec>[0-9]{1,12}(?:\.[0-9]+)?)",
    "$date": r"(?P<date>[0-9\-]+)",  # as the W3C's extended format has it, UTC
    "$time": r"(?P<time>[0-9:]+)",
    "$request_method": r"(?P<method>[A-Za-z_\-]{1,32})",
    "$request_uri": _TARGET,
    "$uri$is_args$args": _TARGET,
    "$uri": rf"(?P<path>{_PATH_PIECE})",
    "$args": rf"(?P<query>{_QUERY_PIECE})",
    "$status": r"(?P<status>[0-9]{3}|-)",
    "$body_bytes_sent": r"(?P<body_bytes_sent>[0-9]{1,18}|-)",
    # what it took: in seconds, and as only Apache says it
    "$request_time": r"(?P<request_time>[0-9]{1,9}(?:\.[0-9]{1,9})?|-)",
    "$request_millis": r"(?P<request_millis>[0-9]{1,12}|-)",
    "$request_micros": r"(?P<request_micros>[0-9]{1,15}|-)",
    # of AWS's balancers, whose sum it is; -1 where there was no answer
    "$request_processing_time": r"(?P<request_processing_time>-?[0-9.]+)",
    "$target_processing_time": r"(?P<target_processing_time>-?[0-9.]+)",
    "$response_processing_time": r"(?P<response_processing_time>-?[0-9.]+)",
    "$http_referer": "",  # texts end where their quotes or tabs do
    "$http_user_agent": "",
    "$http_cookie": "",
    "$http_x_forwarded_for": "",
    "$visitor_cookie": "",
    "$login": "",
}
ADDRESSES = ("remote_addr", "http_x_forwarded_for")  # may name the client
PARTS_OF_A_TARGET = ("path", "query")
TIMES = frozenset({"time_local", "time_iso8601", "msec"})

# Apache's directives in nginx's words; of what has no word here the name is enough.
_APACHE = {
    "%h": "$remote_addr",
    "%a": "$remote_addr",
    "%u": "$remote_user",
    "%t": "[$time_local]",
    "%r": "$request",
    "%m": "$request_method",
    "%U": "$uri",
    "%q": "$is_args$args",
    "%s": "$status",
    "%b": "$body_bytes_sent",
    "%B": "$body_bytes_sent",
    "%O": "$body_bytes_sent",
    "%T": "$request_time",
    "%D": "$request_micros",
    "%{s}T": "$request_time",
    "%{ms}T": "$request_millis",
    "%{us}T": "$request_micros",
    "%{referer}i": "$http_referer",
    "%{user-agent}i": "$http_user_agent",
    "%{cookie}i": "$http_cookie",
    "%{x-forwarded-for}i": "$http_x_forwarded_for",
    "%%": "%",
}
_APACHE_DIRECTIVE = re.compile(r"%[<>]?(?:[!,0-9]+)?(?:\{([^}]*)\})?(\^?[A-Za-z%]+?)")

_REQUEST_SPLIT = (
    r"(?P<method>[A-Za-z_-]{1,32})"
    rf" {_TARGET}"
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
    percent_encoded : bool
        Whether every field was percent-encoded for the log, once more than by the
        browser.
    """

    directive: str
    percent_encoded: bool = False

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
            text = _text_until(
                self.directive[: found.start()], self.directive[end : end + 1]
            )
            if found[0] in variables:  # what is logged twice is read once
                pattern = variables.pop(found[0])
                body += pattern or f"(?P<{found[0][1:]}>{text or _QUOTED})"
            else:
                body += text or _passed_over(self.directive[end : end + 1])
        return rf"^{body}{re.escape(self.directive[end:])}\r?\n?$"


def _text_until(before: str, follows: str) -> str | None:
    """Pattern of a text that stands in quotes or ends at a tab."""
    if before.count('"') % 2:
        return _QUOTED
    return r"[^\t]*" if follows == "\t" else None


def _passed_over(follows: str) -> str:
    """Pattern of a variable that says nothing to us, up to what delimits it."""
    return rf"[^{re.escape(follows)}]*" if follows else ".*"


def what_is_missing(fields: Collection[str]) -> list[str]:
    """What every line must say and these fields do not, in nginx's words."""
    has_time = {"date", "time"}.issubset(fields) or not TIMES.isdisjoint(fields)
    has_request = "request" in fields or {"method", "path"}.issubset(fields)
    said = {
        "$time_local": has_time,
        "$request": has_request,
        "$status": "status" in fields,
    }
    return [name for name, is_said in said.items() if not is_said]


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
    found = LogFormat(told)
    missing = what_is_missing(found.fields)
    if missing:
        raise ValueError(f"format {told!r} lacks {', '.join(missing)}")
    return found


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
    "aws_alb": LogFormat(
        "$type $time_iso8601 $elb $remote_addr:$port $target"
        " $request_processing_time $target_processing_time $response_processing_time"
        " $status $target_status $received_bytes"
        ' $body_bytes_sent "$request" "$http_user_agent" $rest'
    ),
    "aws_cloudfront": LogFormat(
        "\t".join(
            [
                "$date",
                "$time",
                "$edge",
                "$body_bytes_sent",
                "$remote_addr",
                "$request_method",
                "$host",
                "$uri",
                "$status",
                "$http_referer",
                "$http_user_agent",
                "$args",
                "$http_cookie",
                "$result_type",
                "$request_id",
                "$host_header",
                "$protocol",
                "$received_bytes",
                "$request_time",
                "$rest",
            ]
        ),
        percent_encoded=True,
    ),
}
