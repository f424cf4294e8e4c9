"""A sample is a company of its own that reads a share of the customers."""

from pathlib import Path

import pytest
import yaml
from pydantic import SecretStr

from danggol.company import load_company
from danggol.sampling import share_of, write_sample
from danggol.settings import Settings
from tests.danggol.test_company import COMPANY, ENTITIES, WEBLOG


@pytest.mark.parametrize(
    ("told", "share"), [("1%", 0.01), ("0.5", 0.5), ("12.5%", 0.125)]
)
def test_a_share_is_told_in_either_way(told: str, share: float):
    assert share_of(told) == pytest.approx(share)


@pytest.mark.parametrize("told", ["0%", "0.004%", "100%", "1", "some", "-1%", ""])
def test_what_is_no_share_is_refused(told: str):
    with pytest.raises(ValueError, match="no share such as 1% or"):
        share_of(told)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(company="haneul", danggol_home=tmp_path)


def write(settings: Settings, **different: object) -> None:
    settings.home.mkdir()
    file = settings.home / "company.yml"
    file.write_text(yaml.safe_dump(COMPANY | different), "utf-8")


def test_the_sample_has_a_home_and_finds_the_files_of_the_whole(settings: Settings):
    files = {
        "sales": {"path": "exports/sales.csv"},
        "till": {"path": "/srv/till.csv"},
        "web": {"path": "s3://shop/web.csv"},
    }
    write(settings, shop={"files": files, "entities": ENTITIES}, weblog=WEBLOG)

    code = write_sample(settings, 0.01)

    sample = load_company(Settings(company=code, danggol_home=settings.danggol_home))
    assert code == sample.code == "haneul_sample"
    assert sample.name == "Haneul Mart (1.00% of its customers)"
    assert sample.sample_share == 0.01
    assert sample.shop.files is not None
    assert [each.path for each in sample.shop.files.values()] == [
        f"{settings.home}/exports/sales.csv",
        "/srv/till.csv",
        "s3://shop/web.csv",
    ]
    assert sample.weblog is not None
    assert sample.weblog.files == f"{settings.home}/access.log"


def test_a_changed_yaml_reaches_the_sample_but_another_share_does_not(
    settings: Settings,
):
    write(settings)
    write_sample(settings, 0.01)

    assert write_sample(settings, 0.01) == "haneul_sample"
    with pytest.raises(ValueError, match=r"a sample of 1\.00%, wanted 2\.00%"):
        write_sample(settings, 0.02)


def test_a_log_in_a_store_stays_there_and_no_log_is_none(settings: Settings):
    write(settings, weblog=WEBLOG | {"files": "s3://shop/logs/*.gz"})
    code = write_sample(settings, 0.01)

    sample = load_company(Settings(company=code, danggol_home=settings.danggol_home))

    assert sample.weblog is not None
    assert sample.weblog.files == "s3://shop/logs/*.gz"


def test_a_shared_server_would_mix_two_companies_and_is_refused(tmp_path: Path):
    chosen = Settings(
        company="haneul",
        danggol_home=tmp_path,
        warehouse_url=SecretStr("postgresql://admin:hunter2@db.example/warehouse"),
    )

    with pytest.raises(ValueError, match="unset WAREHOUSE_URL"):
        write_sample(chosen, 0.01)


def test_a_company_that_only_has_the_name_of_a_sample_is_left_alone(
    settings: Settings,
):
    write(settings)
    other = Settings(company="haneul_sample", danggol_home=settings.danggol_home)
    write(other, code="haneul_sample")

    with pytest.raises(ValueError, match=r"has no sample, wanted 1\.00%"):
        write_sample(settings, 0.01)


def test_a_company_of_danggols_own_has_none(tmp_path: Path):
    chosen = Settings(company="complete_journey", danggol_home=tmp_path)

    with pytest.raises(ValueError, match="complete_journey comes with Danggol"):
        write_sample(chosen, 0.01)
