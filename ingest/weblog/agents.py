"""Who asked: human, app, crawler, scanner, monitor, preview or unknown.

Robots are marked here, never dropped: sessions leave them out, reports count them.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import polars as pl
import yaml

from ingest.weblog.source import NOT_A_RULE, AgentRule

# Only somebody who looks for holes asks for these on a site that has no such page.
SCANNED_PATHS = (
    r"(?i)^/+(?:wp-login|wp-admin|wp-content|wp-includes|xmlrpc\.php|wordpress/)"
    r"|/wp-(?:login\.php|includes/|config)"
    r"|/\.(?:env|git|svn|hg|aws|ssh|vscode|htpasswd|htaccess|DS_Store)\b"
    r"|(?:php|my|db)-?myadmin|/adminer|/phpunit/|/phpinfo|/eval-stdin"
    r"|/cgi-bin/|/boaform/|/HNAP1|/GponForm|/solr/admin|/actuator\b|/manager/html"
    r"|/owa/|/autodiscover/|/_ignition/|/telescope/requests|/server-status$"
    r"|\.\./|/etc/passwd|\.(?:sql|bak|old|swp)(?:\.gz|\.zip)?$"
)
_AGENT_LENGTH = 512  # no name stands further behind
_MOST_REMEMBERED = 100_000


class AgentClassifier:
    """Kind and name of user agents; each distinct one is looked at once.

    Parameters
    ----------
    own : sequence of AgentRule
        The company's own rules; they go first.
    """

    def __init__(self, own: Sequence[AgentRule] = ()) -> None:
        self._rules = (*own, *_published())
        self._known = pl.DataFrame(
            schema={"agent": pl.String, "kind": pl.String, "agent_name": pl.String}
        )

    def mark(self, requests: pl.DataFrame) -> pl.DataFrame:
        """Add `kind` and `agent_name` by the column `agent`.

        Parameters
        ----------
        requests : DataFrame
            `agent` as the log has it; null where there was none.
        """
        new = requests.select(pl.col("agent").drop_nulls().unique()).join(
            self._known, on="agent", how="anti"
        )
        if len(new):
            if len(self._known) > _MOST_REMEMBERED:
                self._known = self._known.clear()
                new = requests.select(pl.col("agent").drop_nulls().unique())
            self._known = pl.concat([self._known, self._classified(new)])
        marked = requests.join(
            self._known, on="agent", how="left", maintain_order="left"
        )
        return marked.with_columns(pl.col("kind").fill_null("unknown"))

    def _classified(self, agents: pl.DataFrame) -> pl.DataFrame:
        start = pl.col("agent").str.head(_AGENT_LENGTH)
        rule = pl.coalesce(
            pl.when(start.str.contains(f"(?i){rule.pattern}")).then(number)
            for number, rule in enumerate(self._rules)
        )
        names = pl.DataFrame(
            {
                "rule": range(len(self._rules)),
                "kind": [rule.kind for rule in self._rules],
                "agent_name": [rule.name for rule in self._rules],
            },
            schema={"rule": pl.Int32, "kind": pl.String, "agent_name": pl.String},
        )
        return (
            agents.with_columns(rule=rule.cast(pl.Int32))
            .join(names, on="rule", how="left")
            .select("agent", pl.col("kind").fill_null("unknown"), "agent_name")
        )


def looks_for_holes() -> pl.Expr:
    """Whether `path` is one that scanners try, and no rule of the company's names."""
    return pl.col("path").str.contains(SCANNED_PATHS) & (
        pl.col("page_code").is_null() | (pl.col("page_code") == NOT_A_RULE)
    )


@cache
def _published() -> tuple[AgentRule, ...]:
    text = Path(__file__).with_name("agents.yml").read_text("utf-8")
    return tuple(
        AgentRule(kind=group["kind"], name=name, pattern=pattern)
        for group in yaml.safe_load(text)
        for name, pattern in group["agents"].items()
    )
