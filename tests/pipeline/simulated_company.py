"""A simulated company as one of the tests', before its first night."""

from dataclasses import replace
from datetime import date

import pytest
import yaml

from danggol.settings import PROJECT
from demo.simulated.loading import load
from demo.simulated.plan import Plan
from tests import databases
from tests.pipeline.conftest import Saved
from tests.pipeline.made_company import make_home
from warehouse import Warehouse


def simulated(
    plan: Plan,
    name: str,
    tmp_path_factory: pytest.TempPathFactory,
    template: Warehouse,
    *,
    history_last: date,
    last: date,
    has_web_logs: bool = True,
) -> Saved:
    """Make its home and fill its shop, `<name>_shop_founded`."""
    home = tmp_path_factory.mktemp(name) / "haneul"
    make_home(home, template.port, template.passwords)
    file = PROJECT / "demo" / "simulated" / "company.yml"
    told = yaml.safe_load(file.read_text("utf-8"))
    # a company of the tests is called as its databases and its variable are
    told |= {"code": home.name, "history_last_date": history_last, "last_date": last}
    told["shop"]["url_env"] = "HANEUL_SHOP_URL"
    if not has_web_logs:
        del told["weblog"]
    (home / "company.yml").write_text(yaml.safe_dump(told), "utf-8")
    shop = replace(template, database=f"{name}_shop_founded")
    databases.create(shop)
    with shop.connect("admin", autocommit=True) as connection:
        load(connection, plan, home / "weblogs" if has_web_logs else None)
    return Saved(home, template, shop)
