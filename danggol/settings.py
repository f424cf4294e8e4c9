"""What the environment decides: which company, where its home is, which server."""

from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

PROJECT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """Settings of this process.

    Attributes
    ----------
    company : str
        Code of the company, ``COMPANY``.
    danggol_home : Path
        Folder of all companies' homes, ``DANGGOL_HOME``.
    warehouse_url : SecretStr, optional
        An external PostgreSQL 15 or newer, ``WAREHOUSE_URL`` or the content of the
        file that ``WAREHOUSE_URL_FILE`` names; without it a server of our own.
    alert_webhook_url : SecretStr, optional
        Where alerts are posted as JSON with a `text`, ``ALERT_WEBHOOK_URL``.
    alert_smtp_url : SecretStr, optional
        Mail server, ``smtp://user:password@host:587`` or ``smtps://``,
        ``ALERT_SMTP_URL``.
    alert_to, alert_from : str
        Recipients with commas, and the sender, ``ALERT_TO`` and ``ALERT_FROM``.
    """

    model_config = SettingsConfigDict(env_ignore_empty=True, frozen=True)

    company: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")] = (
        "complete_journey"
    )
    danggol_home: Path = PROJECT / ".danggol"
    warehouse_url: SecretStr | None = None
    warehouse_url_file: Path | None = None
    alert_webhook_url: SecretStr | None = None
    alert_smtp_url: SecretStr | None = None
    alert_to: str = ""
    alert_from: str = "danggol@localhost"

    @property
    def home(self) -> Path:
        """The company's own folder."""
        return (self.danggol_home / self.company).absolute()

    def external_url(self) -> SecretStr | None:
        """URL of an external PostgreSQL, when one is set."""
        if self.warehouse_url_file is not None:
            return SecretStr(self.warehouse_url_file.read_text("utf-8").strip())
        return self.warehouse_url
