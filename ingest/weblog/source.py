"""What a company's YAML says about its web logs, checked when it is loaded."""

import re
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, Self, cast

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from ingest.weblog.addresses import Network
from ingest.weblog.formats import ADDRESSES, LogFormat, log_format
from ingest.weblog.json_lines import JsonFormat

Kind = Literal["human", "app", "crawler", "scanner", "monitor", "preview", "unknown"]
CAPTURES = frozenset({"product_id", "search_term", "order_id"})
ENCODINGS = ("utf-8", "cp949")  # in this order; shops of Korea have both
NOT_A_RULE = "other"  # page_code of a page that no rule names


def _compiles(pattern: str) -> str:
    """Refuse what either engine refuses: `re` reads names, Polars runs it."""
    import polars as pl  # here, because a company without web logs needs none of it

    try:
        re.compile(pattern)
        pl.Series([""]).str.contains(pattern)
    except (re.error, pl.exceptions.ComputeError) as error:
        reason = str(error).strip().splitlines()[-1]
        raise ValueError(
            f"{pattern!r} is not a regular expression without look-around: {reason}"
        ) from None
    return pattern


Pattern = Annotated[str, AfterValidator(_compiles)]


def _is_written(told: object) -> object:
    """Refuse numbers and truths, which are addresses to `ipaddress`."""
    if not isinstance(told, str | IPv4Network | IPv6Network):
        raise ValueError(f"{told!r} is no network such as 10.0.0.0/8")
    return told


Proxies = tuple[Annotated[Network, BeforeValidator(_is_written)], ...]
Host = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9.\-]*$")]


class PageRule(BaseModel):
    """Which paths are one kind of page, and what they say.

    Parameters
    ----------
    code : str
        The page's kind: product, search, cart ...
    path : str
        Regular expression for the decoded path without query string. Its groups
        ``product_id``, ``search_term`` and ``order_id`` are kept.
    search_param, order_param : str, optional
        Parameter of the query string that holds what was searched for, or the number
        of the order that the page confirms.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    path: Pattern
    search_param: Annotated[str, Field(min_length=1)] | None = None
    order_param: Annotated[str, Field(min_length=1)] | None = None

    @property
    def captures(self) -> dict[str, int]:
        """Group number of each name that the path captures."""
        return dict(re.compile(self.path).groupindex)

    @property
    def params(self) -> dict[str, str | None]:
        """Parameter of the query string that holds what a capture would."""
        return {"search_term": self.search_param, "order_id": self.order_param}

    @model_validator(mode="after")
    def _meaning_is_known(self) -> Self:
        if self.code == NOT_A_RULE:
            raise ValueError(f"code {NOT_A_RULE!r} is for pages that no rule names")
        unknown = sorted(self.captures.keys() - CAPTURES)
        if unknown:
            raise ValueError(
                f"path captures {', '.join(unknown)}; known: {_listed(CAPTURES)}"
            )
        for name, param in self.params.items():
            if param and name in self.captures:
                raise ValueError(f"{name} is both in path and in a parameter")
        return self


class AgentRule(BaseModel):
    """A company's own word about a browser or robot, before the lists we bring."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: Kind
    name: str
    pattern: Pattern


class WeblogSource(BaseModel):
    """Where the access logs are and how to read them.

    Parameters
    ----------
    files : str
        Glob of all files that may hold a day, relative to the company's home, or
        absolute, or a URL that fsspec knows, such as ``s3://bucket/logs/*.gz``.
    format : str or JsonFormat
        A name of `formats.FORMATS`, a directive of nginx's or Apache's, or the keys
        of JSON lines.
    client_address : str
        Field that holds the visitor's address.
    trusted_proxies : tuple of IPv4Network or IPv6Network
        Where load balancers and CDNs are that stand before the server, for
        ``client_address: http_x_forwarded_for``.
    visitor_cookie : str, optional
        Name of the cookie that tells visitors apart, where the format holds the
        whole cookie header.
    site_hosts : tuple of str
        Hosts of the company's own site, such as ``shop.example``; subdomains count
        too. Links from there brought nobody.
    query_encoding : str
        How paths and search terms are encoded: ``auto`` takes what is UTF-8 as that,
        else what is CP949; ``utf-8`` and ``cp949`` that one alone.
    pages : tuple of PageRule
        The first rule that fits a path names the page.
    agents : tuple of AgentRule
        The company's own browsers and robots.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    files: Annotated[str, Field(min_length=1)]
    format: str | JsonFormat
    client_address: str = "remote_addr"
    trusted_proxies: Proxies = ()
    visitor_cookie: Annotated[str, Field(pattern=r"^[^\s=;,\"]+$")] | None = None
    site_hosts: tuple[Host, ...] = ()
    query_encoding: Literal["auto", "utf-8", "cp949"] = "auto"
    pages: tuple[PageRule, ...] = ()
    agents: tuple[AgentRule, ...] = ()

    @property
    def log_format(self) -> LogFormat | JsonFormat:
        """The format by its name or directive, or that of JSON lines."""
        told = self.format
        return told if isinstance(told, JsonFormat) else log_format(told)

    @property
    def encodings(self) -> tuple[str, ...]:
        """Encodings to try, in order."""
        return ENCODINGS if self.query_encoding == "auto" else (self.query_encoding,)

    @property
    def place(self) -> str:
        """`files` as messages show it, without a user and a password."""
        return re.sub(r"//[^/@]*@", "//", self.files)

    def find_files(self, home: Path) -> list[Path]:
        """Files that `files` names today, by name.

        Parameters
        ----------
        home : Path
            The company's home, for a relative glob.

        Raises
        ------
        LookupError
            If the package that reads such URLs is not installed.
        """
        if "://" in self.files:
            return _found_elsewhere(self.files, self.place)
        pattern = Path(self.files)
        folder = Path(pattern.anchor) if pattern.is_absolute() else home
        found = folder.glob(str(pattern.relative_to(pattern.anchor)))
        return sorted(path for path in found if path.is_file())

    @model_validator(mode="after")
    def _format_has_the_fields(self) -> Self:
        fields = self.log_format.fields
        told = "JSON" if isinstance(self.format, JsonFormat) else self.format
        addresses = fields.intersection(ADDRESSES)
        if self.client_address not in addresses:
            raise ValueError(
                f"client_address {self.client_address!r} is not in format "
                f"{told}: {_listed(addresses)}"
            )
        is_forwarded = self.client_address == "http_x_forwarded_for"
        if is_forwarded != bool(self.trusted_proxies):
            raise ValueError(
                "client_address http_x_forwarded_for and trusted_proxies go together: "
                "anybody can write that header, so say whose entries to believe"
            )
        has_header = "http_cookie" in fields
        if has_header and self.visitor_cookie is None:
            raise ValueError(
                f"format {told} holds the whole cookie header: "
                "visitor_cookie must name the one to keep"
            )
        if self.visitor_cookie and not has_header:
            raise ValueError(
                f"visitor_cookie has nothing to choose from: format {told} "
                "does not hold the whole cookie header"
            )
        return self


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"


def _found_elsewhere(url: str, place: str) -> list[Path]:
    import fsspec
    from upath import UPath

    try:
        system, pattern = fsspec.url_to_fs(url)
        found = sorted(path for path in system.glob(pattern) if system.isfile(path))
    except ImportError as error:
        raise LookupError(
            f"weblog.files {place}: {error}; install it into .venv, then run again"
        ) from None
    # it has all of a Path that is asked for here: name, stat and open
    return [
        cast(Path, UPath(system.unstrip_protocol(path), **system.storage_options))
        for path in found
    ]
