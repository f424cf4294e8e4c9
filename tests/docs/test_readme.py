"""What README.md and docs/ name exists, and what is to be copied out of them runs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from danggol.company import Company
from warehouse import Warehouse

PROJECT = Path(__file__).parents[2]
README = (PROJECT / "README.md").read_text("utf-8")
PAGES = [
    PROJECT / "README.md",
    PROJECT / "CHANGELOG.md",
    *sorted((PROJECT / "docs").rglob("*.md")),
]
MARTS = PROJECT / "dbt_project" / "models" / "marts"
STATEMENTS = [
    statement.strip()
    for block in re.findall(r"```sql\n(.*?)```", README, flags=re.DOTALL)
    for statement in block.split(";")
    if statement.strip()
]


def _headings(page: str) -> set[str]:
    """Anchors that GitHub gives a page's headings."""
    return {
        re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")
        for heading in re.findall(r"^#+ (.+)$", page, flags=re.MULTILINE)
    }


def _links() -> Iterator[tuple[Path, str]]:
    for page in PAGES:
        for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text("utf-8")):
            if not re.match(r"[a-z]+:", target):
                yield page, target


def test_every_make_target_that_a_page_names_is_in_the_makefile() -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE))
    code = [
        line
        for page in PAGES
        for line in re.findall(
            r"`[^`\n]+`|^ {4}\S.*$", page.read_text("utf-8"), flags=re.MULTILINE
        )
    ]
    named = {
        target for line in code for target in re.findall(r"\bmake (?:-s )?(\w+)", line)
    }

    assert {"demo", "test", "night", "backfill", "url"} <= named
    assert named <= targets


@pytest.mark.parametrize(
    ("page", "target"),
    [pytest.param(*each, id=f"{each[0].name}:{each[1]}") for each in _links()],
)
def test_every_link_inside_the_project_leads_somewhere(page: Path, target: str) -> None:
    path, _, anchor = target.partition("#")
    place = page.parent / path if path else page

    assert place.exists()
    if anchor:
        assert anchor in _headings(place.read_text("utf-8"))


def test_decisions_are_numbered_without_gaps_and_say_so_in_their_title() -> None:
    pages = sorted((PROJECT / "docs" / "decisions").glob("*.md"))

    assert [page.name[:5] for page in pages] == [
        f"{number:04}-" for number in range(1, len(pages) + 1)
    ]
    for page in pages:
        text = page.read_text("utf-8")
        assert text.startswith(f"# {page.name[:4]} ")
        for part in ("Context", "Decision", "Consequence"):
            assert f"\n**{part}.**" in text


def test_every_direct_dependency_has_its_row_in_the_record() -> None:
    record = (PROJECT / "docs/decisions/0001-dependencies.md").read_text("utf-8")
    named = " ".join(re.findall(r"^\| ([^|]+) \|", record, flags=re.MULTILINE))
    requirements = re.findall(
        r'^    "([A-Za-z0-9_\-]+(?:\[\w+\])?)[^"]*",',
        (PROJECT / "pyproject.toml").read_text("utf-8").split("[tool.")[0],
        flags=re.MULTILINE,
    )

    assert len(requirements) > 30
    missing = [
        name
        for name in requirements
        if name not in named and not name.startswith("types-")
    ]
    assert not missing


def test_the_company_of_the_readme_can_be_loaded() -> None:
    (example,) = re.findall(r"```yaml\n(.*?)```", README, flags=re.DOTALL)

    company = Company.model_validate(yaml.safe_load(example))

    assert company.shop.entities.keys() == {"customers", "orders", "order_lines"}


def test_segments_have_the_names_that_dim_segments_gives_them() -> None:
    model = (MARTS / "core" / "dim_segments.sql").read_text("utf-8")
    wanted = re.findall(r"\d+, '(\w+)', '([^']+)', '([^']+)'", model)
    row = r"^\| `(\w+)` \| ([A-Z][^|]+) \| ([^|]+) \|"

    assert len(wanted) == 11
    assert re.findall(row, README, flags=re.MULTILINE) == wanted
    glossary = (PROJECT / "docs" / "glossary.md").read_text("utf-8")
    assert re.findall(row, glossary, flags=re.MULTILINE) == wanted


def test_no_figure_is_left_to_fill_in() -> None:
    for page in PAGES:
        assert not re.findall(r"\{\{\w+\}\}", page.read_text("utf-8")), page.name


@pytest.mark.postgres
def test_every_statement_of_the_readme_runs_as_the_readers(
    empty_marts: Warehouse,
) -> None:
    assert len(STATEMENTS) >= 10
    for reader in ("bi_reader", "marketing_reader"):
        with empty_marts.connect(reader) as connection:
            for statement in STATEMENTS:
                connection.execute(statement.encode())


def test_the_ten_tables_of_the_readme_are_marts_and_each_is_asked() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \|", README.split("Ten tables")[1], flags=re.MULTILINE
    )
    ten = rows[:10]
    marts = {path.stem for path in MARTS.rglob("*.yml")}
    asked = " ".join(STATEMENTS)

    assert len(set(ten)) == 10
    assert {name.removesuffix("_current") for name in ten} <= marts
    assert [name for name in ten if f"marts.{name} " not in asked] == []
