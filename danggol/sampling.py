"""A share of a company's customers as a company of its own, to try things with."""

from pathlib import Path
from typing import Any

import yaml

from danggol.company import Company, company_file, is_demo, load_company
from danggol.settings import Settings

SUFFIX = "_sample"
SMALLEST = 0.0001


def share_of(told: str) -> float:
    """The share that is meant by ``1%`` or ``0.01``.

    Raises
    ------
    ValueError
        If it is none between nothing and all.
    """
    try:
        share = float(told.removesuffix("%")) / (100 if told.endswith("%") else 1)
    except ValueError:
        share = 0.0
    if not SMALLEST <= share < 1:
        raise ValueError(f"--sample {told!r} is no share such as 1% or 0.01")
    return share


def write_sample(settings: Settings, share: float) -> str:
    """Write the YAML of the sample, over that of an earlier one; returns its code.

    Raises
    ------
    ValueError
        If the company comes with Danggol, and is small; if there is a sample of
        another share, which would be two in one; or if the warehouse is external,
        where roles of one company would be taken by the other.
    """
    if settings.external_url() is not None:
        raise ValueError(
            "a sample has a server of its own; unset WAREHOUSE_URL, then run again"
        )
    if is_demo(settings):
        raise ValueError(f"{settings.company} comes with Danggol: it has no sample")
    company = load_company(settings)
    told = yaml.safe_load(company_file(settings).read_text("utf-8"))
    told |= {
        "code": f"{company.code}{SUFFIX}",
        "name": f"{company.name} ({share:.2%} of its customers)",
        "sample_share": share,
    }
    _make_paths_absolute(told, settings.home)
    sample = Company.model_validate(told)  # before anything is written
    home = settings.home.with_name(sample.code)
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_another(home / "company.yml", share)
    text = yaml.safe_dump(told, sort_keys=False, allow_unicode=True)
    (home / "company.yml").write_text(text, "utf-8")
    return sample.code


def _refuse_another(file: Path, share: float) -> None:
    if file.exists():
        before = yaml.safe_load(file.read_text("utf-8")).get("sample_share")
        if before != share:
            what = "no sample" if before is None else f"a sample of {before:.2%}"
            raise ValueError(
                f"{file.parent} has {what}, wanted {share:.2%}; stop it by make down, "
                "and move the folder away"
            )


def _make_paths_absolute(told: dict[str, Any], home: Path) -> None:
    """Let files be found from another home."""
    tables = (told["shop"].get("files") or {}).values()
    for place, name in [
        *((table, "path") for table in tables),
        *([(told["weblog"], "files")] if told.get("weblog") else []),
    ]:
        if "://" not in place[name]:
            place[name] = str(home / place[name])
