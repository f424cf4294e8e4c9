"""Haneul Mart: a company small enough to count by hand, and its nights."""

import json
import shutil
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

import psycopg
import pytest
import yaml

from danggol import stages
from danggol.environment import Environment
from warehouse import Warehouse

FOLDER = Path(__file__).parent / "haneul"
ZONE = ZoneInfo("Asia/Seoul")
HISTORY = date(2024, 2, 26)
NIGHTS = (date(2024, 2, 27), date(2024, 2, 28), date(2024, 2, 29))
# Nights whose events change old facts in every way there is: shop.sql and contacts.sql
# list them.
LATER_NIGHTS = tuple(date(2024, 3, day) for day in (1, 2, 3))
# Visitors 1 to 5 come every day; 1 to 3 log in on the first night after the history,
# 4 on 3 March. Visitor 6 comes twice on 1 March; a line in 2 March's file joins them.
LOGINS = {NIGHTS[0]: (1, 2, 3), LATER_NIGHTS[2]: (4,)}
WEB_DAYS = (date(2024, 2, 25), HISTORY, *NIGHTS, *LATER_NIGHTS)
BROWSER = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/121.0.0.0 Safari/537.36"
)
CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"
Marts = dict[str, list[str]]
Told = ParamSpec("Told")
Returned = TypeVar("Returned")


@dataclass(frozen=True)
class MadeCompany:
    """The company in a home of its own, with its warehouse and its shop."""

    home: Path
    warehouse: Warehouse
    shop: Warehouse

    def night(
        self, day: date, *, history: bool = False, anew: bool = False
    ) -> list[str]:
        """Run a night as it would have been: the shop shows what it showed then."""
        self.turn_clock_to(day)
        return alone(stages.night, day, history=history, anew=anew)

    def turn_clock_to(self, day: date) -> None:
        """Let shop and logs show what they showed two hours after `day` ended."""
        two_hours_after = datetime(day.year, day.month, day.day, 2, tzinfo=ZONE)
        self.tell_shop("update clock set now = %s", two_hours_after + timedelta(days=1))
        write_web_logs(self.home, day)

    def tell_shop(self, statement: str, *values: object) -> None:
        """Change something in the shop."""
        with self.shop.connect("admin") as connection:
            connection.execute(statement.encode(), values or None)

    def tell_warehouse(self, statement: str) -> None:
        """Change something in the warehouse, as its administrator."""
        with self.warehouse.connect("admin") as connection:
            connection.execute(statement.encode())

    def lose_receipts(self) -> None:
        """Let the shop lack the receipts of 27 February, but not their lines."""
        self.tell_shop(
            "create table lost as select * from receipt_versions"
            " where updated_at >= '2024-02-27 00:00+09'"
        )
        self.tell_shop(
            "delete from receipt_versions where updated_at >= '2024-02-27 00:00+09'"
        )

    def find_receipts(self) -> None:
        """Let the shop have them back."""
        self.tell_shop("insert into receipt_versions select * from lost")

    def ask(self, query: str, *values: object, role: str = "admin") -> list[tuple]:
        """Rows of the warehouse."""
        with self.warehouse.connect(role) as connection:
            return connection.execute(query.encode(), values or None).fetchall()

    def marts(self) -> Marts:
        """Every row of every mart as text, sorted; all but `publications`.

        As JSON, whose keys are sorted: an upgrade adds a column at the end.
        """
        tables = self.ask(
            "select relname from pg_class where relnamespace = 'marts'::regnamespace"
            " and relkind in ('r', 'p') and not relispartition"
            " and relname <> 'publications' order by relname"
        )
        return {
            table: sorted(
                row
                for (row,) in self.ask(
                    f"select to_jsonb(t)::text from marts.{table} as t"
                )
            )
            for (table,) in tables
        }

    def change_settings(self, **changes: object) -> None:
        """Replace top-level settings of the company's YAML; None takes one out."""
        file = self.home / "company.yml"
        told = yaml.safe_load(file.read_text("utf-8")) | changes
        told = {name: value for name, value in told.items() if value is not None}
        file.write_text(yaml.safe_dump(told, sort_keys=False), "utf-8")

    def change_query(self, entity: str, query: str) -> None:
        """Let the company ask for an entity by another query."""
        told = yaml.safe_load((self.home / "company.yml").read_text("utf-8"))
        told["shop"]["entities"][entity]["query"] = query
        self.change_settings(shop=told["shop"])


def alone(
    stage: Callable[Told, Returned], *args: Told.args, **kwargs: Told.kwargs
) -> Returned:
    """Run a stage in a thread of its own.

    dbt reads the source of every function that called it, and pytest has many.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(stage, *args, **kwargs).result()


def build_history(day: date) -> None:
    """Take in all up to a day and build the star: nobody looks at what is mined."""
    alone(stages.load_shop, day, history=True)
    alone(stages.load_weblog, day, history=True)
    alone(stages.build_star, day)


def differences(found: Marts, wanted: Marts) -> dict[str, tuple[list[str], list[str]]]:
    """Rows that only one side has, by mart: those too many, those missing."""
    told = {
        mart: (
            sorted(set(found.get(mart, [])) - set(wanted.get(mart, []))),
            sorted(set(wanted.get(mart, [])) - set(found.get(mart, []))),
        )
        for mart in sorted(found.keys() | wanted.keys())
        if found.get(mart) != wanted.get(mart)
    }
    return told


def make_home(home: Path, server_port: int, passwords: Mapping[str, str]) -> None:
    """Write what a company's home holds: its settings, secrets and web logs."""
    home.mkdir(parents=True)
    shutil.copy(FOLDER / "company.yml", home / "company.yml")
    (home / "server.json").write_text(json.dumps({"port": server_port}), "utf-8")
    (home / "secrets.json").write_text(json.dumps(dict(passwords)), "utf-8")
    # the same in every home, so that marts can be compared
    keys = {"identifiers": "of Haneul's members", "weblog": "of Haneul's visitors"}
    (home / "hash_keys.json").write_text(json.dumps(keys), "utf-8")
    (home / "weblogs").mkdir()


def select(home: Path, shop: Warehouse, patch: pytest.MonkeyPatch) -> Environment:
    """Let the environment select the company with this home."""
    patch.setenv("COMPANY", home.name)
    patch.setenv("DANGGOL_HOME", str(home.parent))
    patch.setenv("DBT_THREADS", "1")  # its threads wait for one another, not for rows
    patch.setenv("HANEUL_SHOP_URL", shop.url("admin", driver="postgresql"))
    for name in ("WAREHOUSE_URL", "WAREHOUSE_URL_FILE"):
        patch.delenv(name, raising=False)
    return Environment.current()


def fill_shop(connection: psycopg.Connection) -> None:
    """Create the shop's tables and everything that ever happened in it."""
    for file in ("shop.sql", "contacts.sql"):
        connection.execute((FOLDER / file).read_bytes())


def write_web_logs(home: Path, until: date) -> None:
    """Let the logs up to a day be there, and no later one; what is there stays."""
    for day in WEB_DAYS:
        file = home / "weblogs" / f"access.log-{day:%Y%m%d}"
        if day > until:
            file.unlink(missing_ok=True)
        elif not file.exists():
            file.write_text("\n".join(web_log(day)) + "\n", "utf-8")


def web_log(day: date) -> list[str]:
    """One day of the access log: five visits of three pages, and a crawler."""
    lines = [
        _line(
            day,
            f"10:{10 * visitor + page}",
            path=path,
            cookie=f"cookie{visitor}",
            login=f"M0{visitor}" if visitor in LOGINS.get(day, ()) else "-",
        )
        for visitor in range(1, 6)
        for page, path in enumerate(["/", f"/p/P0{visitor}", "/search?q=tea"])
    ]
    lines.append(_line(day, "10:59", path="/", cookie="-", agent=CRAWLER))
    of_march_1 = {LATER_NIGHTS[0]: ("14:00", "14:50"), LATER_NIGHTS[1]: ("14:25",)}
    lines += [
        _line(LATER_NIGHTS[0], at, path="/", cookie="cookie6")
        for at in of_march_1.get(day, ())
    ]
    return lines


def _line(
    day: date,
    at: str,
    *,
    path: str,
    cookie: str,
    login: str = "-",
    agent: str = BROWSER,
) -> str:
    return (
        f"203.0.113.7 - - [{day:%d/%b/%Y}:{at}:00 +0900]"
        f' "GET {path} HTTP/1.1" 200 512 "-" "{agent}" "{cookie}" "{login}"'
    )
