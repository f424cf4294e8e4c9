"""What all charts share: colours of the page, a figure, and its SVG.

Texts stay texts, in the page's own font, so that Hangul shows everywhere; colours
become the page's CSS variables, so that a chart follows its light or dark theme.
Lengths are SVG user units, which are pixels at full size. Equal figures give equal
bytes.
"""

import io
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure

# Which way a segment's customers are going; a colour of the page each.
FAMILIES = {
    "champions": "best",
    "loyal": "best",
    "potential_loyalists": "growing",
    "new_customers": "growing",
    "promising": "growing",
    "needs_attention": "slipping",
    "about_to_sleep": "slipping",
    "at_risk": "risk",
    "cannot_lose": "risk",
    "hibernating": "gone",
    "lost": "gone",
}
# In the order of the segments, from the best down.
FAMILY_NAMES = tuple(dict.fromkeys(FAMILIES.values()))
# Colours that no chart uses, each standing for a CSS variable of the page.
COLOURS = {
    name: f"#0a0b{number:02x}"
    for number, name in enumerate(
        ["ink", "soft", "line", "paper", "accent", *sorted(FAMILY_NAMES)]
    )
}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "danggol",
    "figure.dpi": 72,
    "font.size": 12,
    "text.color": COLOURS["ink"],
    "axes.labelcolor": COLOURS["soft"],
    "axes.labelsize": 12,
    "axes.edgecolor": COLOURS["line"],
    "axes.facecolor": "none",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.axisbelow": True,
    "axes.grid": True,
    "grid.color": COLOURS["line"],
    "grid.linewidth": 1,
    "xtick.color": COLOURS["line"],
    "ytick.color": COLOURS["line"],
    "xtick.labelcolor": COLOURS["soft"],
    "ytick.labelcolor": COLOURS["soft"],
    "ytick.major.size": 0,
    "figure.facecolor": "none",
}


@contextmanager
def style() -> Iterator[None]:
    """Our style alone, whatever the user's own configuration says."""
    with matplotlib.rc_context():
        matplotlib.rcdefaults()
        matplotlib.rcParams.update(STYLE)
        yield


def family(code: str) -> str:
    """Which way the customers of a segment are going; a colour of the page."""
    return FAMILIES.get(code, "gone")


def axes_of(
    width: int, height: int, *, left: float, bottom: float, right: float, top: float
) -> tuple[Figure, Axes]:
    """A figure, and axes that leave these margins free."""
    figure = Figure(figsize=(width / 72, height / 72), dpi=72)
    inner = (width - left - right) / width, (height - bottom - top) / height
    return figure, figure.add_axes((left / width, bottom / height, *inner))


def svg(figure: Figure, name: str) -> str:
    """The figure as an SVG element; the ids it needs begin with `name`."""
    written = io.StringIO()
    nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
    with warnings.catch_warnings():
        # the browser has the glyphs that Matplotlib's font for measuring lacks
        warnings.filterwarnings("ignore", "Glyph .* missing from font")
        figure.savefig(written, format="svg", metadata=nothing)
    text = written.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<svg [^>]*(viewBox=\"[^\"]*\")[^>]*>", r"<svg \1>", text, count=1)
    text = re.sub(r"<(metadata|defs)>\s*<(rdf|style).*?</\1>", "", text, flags=re.S)
    text = re.sub(r"<!--.*?-->\s*", "", text, flags=re.S)
    needed = set(re.findall(r"(?:url\(|href=\")#([\w-]+)", text))
    for found in set(re.findall(r" id=\"([^\"]*)\"", text)):
        kept = f' id="{name}-{found}"' if found in needed else ""
        text = text.replace(f' id="{found}"', kept)
    text = text.replace("url(#", f"url(#{name}-")
    text = text.replace('xlink:href="#', f'href="#{name}-')
    text = re.sub(r"font-family:[^;\"]*;?", "", text)  # the page chooses it
    for variable, colour in COLOURS.items():
        text = text.replace(colour, f"var(--{variable})")
    return re.sub(r"\s*\n\s*", "\n", text).strip()
