"""One company's surroundings: its home, secrets, server and warehouse."""

import hmac
import json
import os
import secrets
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

from pydantic import SecretStr

from danggol.company import Company, is_demo, load_company
from danggol.settings import Settings
from warehouse import ROLES, Warehouse
from warehouse.founding import Founding
from warehouse.keyed_hash import KeyedHash

if TYPE_CHECKING:
    from ingest.shop import Night
    from ingest.weblog.keys import WeblogKeys
    from warehouse.entity import HashKey

# Beside the roles: who owns the databases, who reads the demo shop, who serves
# Airflow.
OTHER_SECRETS = ("admin", "shop_reader", "airflow")


class NotStarted(RuntimeError):
    """The company has no server yet."""


@dataclass(frozen=True)
class Environment:
    """Everything that a stage needs of the company it runs for."""

    settings: Settings
    company: Company

    @classmethod
    def current(cls) -> "Environment":
        """Surroundings of the company that the environment selects."""
        settings = Settings()
        return cls(settings, load_company(settings))

    @property
    def home(self) -> Path:
        """The company's own folder."""
        return self.settings.home

    @cached_property
    def passwords(self) -> dict[str, str]:
        """Passwords by role, generated once."""
        return _kept_secrets(self.home / "secrets.json", (*ROLES, *OTHER_SECRETS))

    @cached_property
    def hash_keys(self) -> dict[str, bytes]:
        """Keys of the keyed hashes; a dump of the warehouse goes without them."""
        kept = _kept_secrets(self.home / "hash_keys.json", ("identifiers", "weblog"))
        return {name: value.encode() for name, value in kept.items()}

    @property
    def keyed_hash(self) -> KeyedHash:
        """Hashes identifiers of this company."""
        return KeyedHash(self.hash_keys["identifiers"])

    @property
    def keyed_hashes(self) -> "dict[HashKey, KeyedHash]":
        """Hashes what an entity tells, by its `hashed_by`."""
        cookies = self.weblog_keys.cookies
        return {"identifiers": self.keyed_hash, "cookies": cookies}

    @property
    def weblog_keys(self) -> "WeblogKeys":
        """Keys of this company's web logs."""
        from ingest.weblog.keys import WeblogKeys

        return WeblogKeys(self.hash_keys["weblog"], self.company.zone)

    def night(self, day: date, run_id: UUID) -> "Night":
        """How the operational tables of a business date are read."""
        from ingest.shop import Night

        return Night(
            day,
            self.company.zone,
            self.shop_url(),
            self.home,
            run_id,
            self.keyed_hashes,
            self.company.sample_share,
        )

    @property
    def founding(self) -> Founding:
        """What the warehouse is founded for."""
        told = "".join(
            hmac.digest(key, b"danggol", "sha256").hex()[:16]
            for _, key in sorted(self.hash_keys.items())
        )
        return Founding(self.company.code, self.company.time_zone, told)

    def command_of(self, day: date) -> str:
        """What a person types to go on with a night."""
        is_bootstrap = day == self.company.history_last_date
        return self.command(f"night {day}{' --history' if is_bootstrap else ''}")

    def command(self, words: str) -> str:
        """What a person types to run a command for this company."""
        return f"COMPANY={self.company.code} danggol {words}"

    def database(self, purpose: str) -> str:
        """Name of the company's database for `purpose`: warehouse, shop or airflow.

        On a server of our own it is just that; on an external one it begins with
        the name of the warehouse that the URL gives.
        """
        if self.settings.external_url() is None or purpose == "warehouse":
            return self.warehouse.database if purpose == "warehouse" else purpose
        return f"{self.warehouse.database}_{purpose}"

    def shop_url(self) -> SecretStr | None:
        """Where the operational database is: the company's word, else the demo's.

        None where the company's tables are files.
        """
        source = self.company.shop
        if source.url_env is None:
            return None
        if not is_demo(self.settings) or source.url_env in os.environ:
            return source.url()
        return SecretStr(
            self.warehouse.url(
                "shop_reader", driver="postgresql", database=self.database("shop")
            )
        )

    @cached_property
    def warehouse(self) -> Warehouse:
        """The warehouse: an external one by URL, else the embedded server's.

        Raises
        ------
        NotStarted
            If there is neither.
        """
        external = self.settings.external_url()
        if external is not None:
            parts = urlsplit(external.get_secret_value())
            passwords = self.passwords | {"admin": unquote(parts.password or "")}
            return Warehouse(
                parts.hostname or "127.0.0.1",
                _port(parts),
                parts.path.lstrip("/") or "warehouse",
                passwords,
                admin=unquote(parts.username or "postgres"),
            )
        try:
            port = json.loads((self.home / "server.json").read_text("utf-8"))["port"]
        except FileNotFoundError:
            raise NotStarted(
                f"no server for company {self.company.code!r} yet; run `make up` "
                f"COMPANY={self.company.code}, or set WAREHOUSE_URL"
            ) from None
        return Warehouse("127.0.0.1", port, "warehouse", self.passwords)


def _port(url: SplitResult) -> int:
    try:
        return url.port or 5432
    except ValueError:
        # its message quotes what stands there: a piece of the password
        raise ValueError(
            "WAREHOUSE_URL cannot be read; wanted "
            "postgresql://user:password@host:port/database, with %40 for an @ in the "
            "password, %2F for a /"
        ) from None


def _kept_secrets(path: Path, names: tuple[str, ...]) -> dict[str, str]:
    """Secrets in a file that only its owner can read; missing ones are made."""
    kept: dict[str, Any] = {}
    if path.exists():
        kept = json.loads(path.read_text("utf-8"))
    missing = [name for name in names if name not in kept]
    if missing:
        kept |= {name: secrets.token_urlsafe(24) for name in missing}
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".new")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(kept, file, indent=2)
        aside.replace(path)
    return {name: str(kept[name]) for name in names}
