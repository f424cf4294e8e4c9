"""How numbers read on the screen and in the report."""

from decimal import Decimal

SYMBOLS = {"USD": "$", "KRW": "₩", "EUR": "€", "JPY": "¥", "GBP": "£"}
UNKNOWN = "\N{EN DASH}"  # NULL is "not known"; a measured zero is 0


def money(amount: Decimal, currency_code: str) -> str:
    """An amount in whole units: ``$1,540,155``, or ``CHF 1,540,155``."""
    whole = round(amount)
    return f"{'-' if whole < 0 else ''}{symbol(currency_code)}{abs(whole):,}"


def symbol(currency_code: str) -> str:
    """What stands before an amount: ``$``, or ``CHF`` and a space."""
    return SYMBOLS.get(currency_code, f"{currency_code} ")


def count(number: int | None) -> str:
    """A count with thousands separated: ``1,469,307``."""
    return UNKNOWN if number is None else f"{number:,}"


def short(number: int | Decimal) -> str:
    """Exact below ten thousand, else three digits: ``2,469``, ``92.3k``, ``1.47M``."""
    if number < 10_000:
        return f"{round(number):,}"
    for limit, unit in ((10**6, "k"), (10**9, "M"), (10**12, "G")):
        scaled = float(number) * 1000 / limit
        # what would round to 1000 belongs to the next unit
        if scaled < 999.5:
            return f"{three_digits(scaled)}{unit}"
    return f"{float(number) / 10**12:,.2f}T"


def three_digits(number: float) -> str:
    """Three digits, or all before the point: ``1.47``, ``92.3``, ``1,540``."""
    digits = 2 if number < 9.995 else 1 if number < 99.95 else 0
    return f"{number:,.{digits}f}"


def share(part: float | None, digits: int = 1) -> str:
    """A share of 0 to 1 as a percentage: ``54.6 %``."""
    return UNKNOWN if part is None else f"{100 * part:.{digits}f} %"


def seconds(duration: float) -> str:
    """Seconds, with minutes from two on: ``82.3 s``, ``3 min 02 s``."""
    if duration < 120:
        return f"{duration:.1f} s"
    minutes, rest = divmod(round(duration), 60)
    return f"{minutes} min {rest:02} s"


def size(size_bytes: int | None) -> str:
    """A size on disk: ``293 MB``, by powers of 1024."""
    if size_bytes is None:
        return UNKNOWN
    scaled = size_bytes / 1024
    for unit in ("kB", "MB", "GB"):
        if scaled < 999.5:
            return f"{scaled:.1f} {unit}" if scaled < 9.95 else f"{scaled:.0f} {unit}"
        scaled /= 1024
    return f"{scaled:.1f} TB"
