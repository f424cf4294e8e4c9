"""A company: its YAML, its home, its settings."""

from datetime import date, time
from pathlib import Path
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from danggol.settings import PROJECT, Settings
from ingest.shop_source import ShopSource, check_zone
from ingest.weblog.source import WeblogSource
from warehouse.publication import NIGHTS_KEPT


def _is_quoted(told: object) -> object:
    """Refuse what YAML made of a clock time without quotes: 10:30 is 630 to it."""
    if not isinstance(told, str | time):
        raise ValueError('write the time of day in quotes, "07:00"')
    return told


ClockTime = Annotated[time, BeforeValidator(_is_quoted)]
Share = Annotated[float, Field(ge=0, le=1)]


class CompanySettings(BaseModel):
    """What the marts need to know of a company; published as `company_settings`."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    rfm_window_days: Annotated[int, Field(gt=0)] = 365
    session_timeout_minutes: Annotated[int, Field(gt=0)] = 30
    churn_horizon_days: Annotated[int, Field(gt=0)] | None = None
    clv_horizon_weeks: Annotated[int, Field(gt=0)] = 52
    yearly_rate: Share = 0.10
    margin_rate: Share | None = None


class Retention(BaseModel):
    """How long what is kept; ``docs/decisions/0010-retention.md`` says what goes.

    Attributes
    ----------
    mined_nights : int
        Nights of mined marts, beside the ends of months.
    raw_days : int, optional
        Days of superseded versions and of web requests, cut at the month; without it
        raw keeps everything.
    quarantine_days : int
        Days of refused rows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    mined_nights: Annotated[int, Field(gt=0)] = NIGHTS_KEPT
    raw_days: Annotated[int, Field(ge=31)] | None = None
    quarantine_days: Annotated[int, Field(gt=0)] = 90


class Company(BaseModel):
    """Everything that differs between two companies."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,30}$")]
    name: str
    currency_code: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    tax_basis_code: str = "unknown"
    time_zone: str
    country_code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    history_first_date: date
    history_last_date: date
    last_date: date | None = None
    publish_by: ClockTime | None = None
    is_synthetic: bool = False
    sample_share: Annotated[float, Field(gt=0, lt=1)] | None = None
    largest_refused_share: Share = 0.01
    largest_missing_share: Share = 0.02
    settings: CompanySettings = CompanySettings()
    retention: Retention = Retention()
    shop: ShopSource
    weblog: WeblogSource | None = None

    @model_validator(mode="after")
    def _dates_and_zone_make_sense(self) -> Self:
        check_zone("time_zone", self.time_zone)
        if self.history_last_date < self.history_first_date:
            raise ValueError("history_last_date lies before history_first_date")
        if self.last_date and self.last_date < self.history_last_date:
            raise ValueError("last_date lies before history_last_date")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """Time zone in which a business date is a calendar day."""
        return ZoneInfo(self.time_zone)

    @property
    def first_anchor_date(self) -> date:
        """First day of the bootstrap's month, where the oldest model is trained."""
        return self.history_last_date.replace(day=1)

    def dbt_vars(self) -> dict[str, Any]:
        """What the models ask for by ``var``; the same every night."""
        return {
            "company_code": self.code,
            "company_name": self.name,
            "currency_code": self.currency_code,
            "tax_basis_code": self.tax_basis_code,
            "time_zone": self.time_zone,
            "history_first_date": self.history_first_date.isoformat(),
            "history_last_date": self.history_last_date.isoformat(),
            "first_anchor_date": self.first_anchor_date.isoformat(),
            **self.settings.model_dump(),
        }


class CompanyError(ValueError):
    """The company's YAML is missing or says something that cannot be."""


def load_company(settings: Settings | None = None) -> Company:
    """Read the company that `settings` (or the environment) selects.

    Raises
    ------
    CompanyError
        If there is no YAML, or it does not fit; names every place.
    """
    settings = settings or Settings()
    path = company_file(settings)
    try:
        company = Company.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except (yaml.YAMLError, ValueError) as error:  # of pydantic, too
        raise CompanyError(f"{path}:\n{_explain(error)}") from None
    if company.code != settings.company:
        raise CompanyError(
            f"{path}: code is {company.code!r}, wanted {settings.company!r}"
        )
    return company


def company_file(settings: Settings) -> Path:
    """The company's YAML: in its home, else among the demo companies."""
    places = [
        settings.home / "company.yml",
        PROJECT / "demo" / settings.company / "company.yml",
    ]
    for path in places:
        if path.exists():
            return path
    raise CompanyError(
        f"no company {settings.company!r}: write {places[0]} "
        "(docs/source-contract.md says how), or choose another by COMPANY="
    )


def is_demo(settings: Settings) -> bool:
    """Whether the selected company ships with the project."""
    return (PROJECT / "demo" / settings.company / "company.yml").exists()


def _explain(error: yaml.YAMLError | ValueError) -> str:
    if not isinstance(error, ValidationError):
        # a file that is no text, or a day that never was, is a plain ValueError
        return f"  not YAML: {error}"
    return "\n".join(
        f"  {'.'.join(map(str, each['loc'])) or 'company'}: {each['msg']}"
        for each in error.errors(include_input=False, include_url=False)
    )
