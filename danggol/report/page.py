"""The page as HTML: both languages in one file, one of them shown at a time."""

from inspect import getmembers, isfunction
from pathlib import Path

import jinja2
from markupsafe import Markup

from danggol import wording
from danggol.company import Company
from danggol.report.language import LANGUAGES, Language
from danggol.report.told import Told
from warehouse.figures import AT_RISK

TEMPLATES = Path(__file__).parents[1] / "templates"


def render(company: Company, told: Told) -> str:
    """The page, which opens in Korean for a company in Korea, else in English."""
    languages = [
        Language(code, told.answer.currency_code, company.zone) for code in LANGUAGES
    ]
    # names in them are escaped
    bodies = {each.code: Markup(_body(company, told, each)) for each in languages}
    opens = "ko" if company.country_code == "KR" else "en"
    page = _environment().get_template("report.html.j2")
    return page.render(bodies=bodies, opens=opens, company=company, told=told)


def _body(company: Company, told: Told, language: Language) -> str:
    # a second that only this page spends
    from danggol.report.charts import draw
    from danggol.report.charts.style import FAMILY_NAMES, family

    environment = _environment()
    # how values read: methods of the language, and what needs none
    methods = (name for name, _ in getmembers(Language, isfunction))
    reads = {name: getattr(language, name) for name in methods}
    environment.filters |= reads | {"seconds": wording.seconds, "size": wording.size}
    segments = {each.code: each for each in told.segments.segments}

    def called(code: str) -> str:
        found = segments.get(code)
        return language.name(found.name if found else None)

    environment.filters["called"] = called
    return environment.get_template("report/body.html.j2").render(
        charts={name: Markup(svg) for name, svg in draw(told, language).items()},
        at_risk=AT_RISK,
        code=language.code,
        company=company,
        families={code: family(code) for code in segments},
        family_names=FAMILY_NAMES,
        name=language.name,
        say=language.say,
        segment_name=called,
        term=language.code_name,
        told=told,
    )


def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
