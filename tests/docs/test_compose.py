"""docker-compose.yml fits the Compose specification and keeps our own rules.

No engine is needed: the schema comes with check-jsonschema, Airflow's settings with
Airflow, and both are only read.
"""

import importlib.util
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from danggol.airflow_settings import TUNING

PROJECT = Path(__file__).parents[2]
TEXT = (PROJECT / "docker-compose.yml").read_text("utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONE_SHOT = {"migrate"}

each_service = pytest.mark.parametrize("name", SERVICES)
each_long_running = pytest.mark.parametrize("name", sorted(SERVICES.keys() - ONE_SHOT))


def strings(node: object) -> Iterator[str]:
    """Every scalar below a node, keys left out."""
    if isinstance(node, dict):
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from strings(each)
    else:
        yield str(node)


def packaged(package: str, path: str) -> str:
    """A file of an installed package, which is not imported for it."""
    found = importlib.util.find_spec(package)
    assert found is not None
    assert found.submodule_search_locations is not None
    return Path(found.submodule_search_locations[0], path).read_text("utf-8")


def secrets_read(service: dict[str, Any]) -> set[str]:
    """Secrets that a service names: in its settings, or in a script laid into it."""
    texts = [text for text in strings(service) if "/run/secrets/" in text]
    for volume in service.get("volumes", []):
        if isinstance(volume, str) and volume.startswith("./"):
            texts.append((PROJECT / volume.split(":")[0]).read_text("utf-8"))
    return {name for name in COMPOSE["secrets"] if name in " ".join(texts)}


def test_file_fits_the_compose_specification():
    schema = json.loads(
        packaged("check_jsonschema", "builtin_schemas/vendor/compose-spec.json")
    )

    jsonschema.validate(COMPOSE, schema)
    with pytest.raises(jsonschema.ValidationError):  # else it would pass anything
        jsonschema.validate(COMPOSE | {"servces": {}}, schema)


def test_postgresql_and_the_airflow_services_are_there():
    wanted = {"postgres", "migrate", "api-server", "scheduler", "dag-processor"}

    assert set(SERVICES) == wanted


def test_only_the_api_server_has_a_port_and_only_on_this_machine():
    ports = {name: each["ports"] for name, each in SERVICES.items() if "ports" in each}

    assert ports == {"api-server": ["127.0.0.1:8080:8080"]}
    assert not any("network_mode" in each for each in SERVICES.values())


def test_the_database_lives_on_a_network_without_a_way_in_or_out():
    assert SERVICES["postgres"]["networks"] == ["warehouse"]
    assert COMPOSE["networks"]["warehouse"] == {"internal": True}


def test_the_data_of_postgresql_18_lies_on_a_named_volume():
    assert "postgres:/var/lib/postgresql" in SERVICES["postgres"]["volumes"]
    assert "postgres" in COMPOSE["volumes"]


@each_service
def test_image_is_pinned_to_a_version(name):
    image = SERVICES[name]["image"]

    assert re.fullmatch(r"[a-z]+:\d+\.\d+(\.\d+)?(-[a-z]+)?", image), image


@each_service
def test_service_runs_as_an_ordinary_user_without_rights(name):
    service = SERVICES[name]
    user, group = service["user"].split(":")

    assert int(user) > 0
    assert int(group) > 0
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert "cap_add" not in service
    assert "privileged" not in service
    assert service["security_opt"] == ["no-new-privileges:true"]


@each_service
def test_service_is_limited(name):
    limits = SERVICES[name]["deploy"]["resources"]["limits"]

    assert limits.keys() == {"cpus", "memory", "pids"}
    assert SERVICES[name]["logging"]["options"].keys() == {"max-size", "max-file"}


@each_long_running
def test_long_running_service_has_a_health_check_and_comes_back(name):
    assert SERVICES[name]["healthcheck"]["test"][0] in {"CMD", "CMD-SHELL"}
    assert SERVICES[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(ONE_SHOT))
def test_one_shot_ends_once(name):
    assert SERVICES[name]["restart"] == "no"


@each_service
def test_service_waits_for_what_it_needs(name):
    for needed, wait in SERVICES[name].get("depends_on", {}).items():
        ends = needed in ONE_SHOT
        wanted = "service_completed_successfully" if ends else "service_healthy"

        assert wait["condition"] == wanted
    assert ("depends_on" in SERVICES[name]) == (name != "postgres")


def test_every_variable_is_required_and_says_how_to_set_it():
    variables = re.findall(r"\$\{([^}]*)\}", TEXT.replace("$$", ""))

    assert {each.split(":?")[0] for each in variables} == {
        "COMPANY",
        "COMPANY_FILE",
        "WEBLOG_FOLDER",
    }
    for each in variables:
        assert re.fullmatch(r"[A-Z_]+:\?set it to .{10,}", each), each


@each_service
def test_secret_settings_point_to_a_secret(name):
    plain = {
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE",
    }
    for key, value in SERVICES[name]["environment"].items():
        if re.search("PASSWORD|SECRET|KEY|TOKEN|URL|CONN", key) and key not in plain:
            assert re.fullmatch(r"(cat )?/run/secrets/[a-z_]+", value), key


def test_no_password_is_written_down():
    for path in ("docker-compose.yml", "Dockerfile"):
        text = (PROJECT / path).read_text("utf-8")

        assert not re.search(r"://[^/\s:]+:[^/\s@]+@", text)
        assert not re.search(r"(?i)password\s*[=:]\s*[\"']?\w", text)


@each_service
def test_service_gets_the_secrets_that_it_reads_and_no_others(name):
    service = SERVICES[name]

    assert set(service["secrets"]) == secrets_read(service)


def test_secrets_are_files():
    # Compose cannot lay secrets of other kinds into a read-only container.
    for name, source in COMPOSE["secrets"].items():
        assert source == {"file": f"./secrets/{name}"}


def test_only_the_nights_reach_the_warehouse_and_the_shop():
    holders = {
        secret: {name for name, each in SERVICES.items() if secret in each["secrets"]}
        for secret in ("warehouse_url", "shop_url")
    }

    assert holders == {
        "warehouse_url": {"postgres", "migrate", "scheduler"},
        "shop_url": {"scheduler"},
    }


def airflow_settings() -> list[tuple[str, str]]:
    """Service and name of each Airflow setting, the image's own included."""
    in_image = re.findall(
        r"(AIRFLOW__\w+)=", (PROJECT / "Dockerfile").read_text("utf-8")
    )
    in_services = [
        (name, key)
        for name, each in SERVICES.items()
        for key in each["environment"]
        if key.startswith("AIRFLOW__")
    ]
    return [("Dockerfile", key) for key in in_image] + in_services


@pytest.fixture(scope="module")
def known() -> dict[str, Any]:
    """Airflow's own list of its settings."""
    settings: dict[str, Any] = yaml.safe_load(
        packaged("airflow", "config_templates/config.yml")
    )
    return settings


@pytest.mark.parametrize(("place", "setting"), airflow_settings())
def test_airflow_knows_the_setting(place, setting, known):
    _, section, option = setting.lower().split("__")
    # How processes start may be said for a service alone: config.yml, mp_start_method.
    of_services = {
        name: about
        for name, about in known["core"]["options"].items()
        if name.startswith("mp_") and section in {"scheduler", "dag_processor"}
    }
    options = known[section]["options"] | of_services

    assert option.removesuffix("_cmd") in options
    if option.endswith("_cmd"):  # Airflow runs one for sensitive settings only
        assert options[option.removesuffix("_cmd")]["sensitive"]


def test_airflow_is_tuned_as_on_a_bare_machine():
    tuned = {f"AIRFLOW__{name}": value for name, value in TUNING.items()}

    assert tuned.items() <= SERVICES["scheduler"]["environment"].items()


def test_the_command_line_knows_what_migrate_asks_for(parse):
    script = SERVICES["migrate"]["command"][-1]
    (words,) = [
        line.split()[1:] for line in script.splitlines() if line.startswith("danggol ")
    ]

    assert parse(words) == "migrate"
