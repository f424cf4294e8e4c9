"""Settings that must be positive numbers."""


def check_positive(config: object, *names: str) -> None:
    """Refuse a configuration of which one of these is not positive and finite.

    Raises
    ------
    ValueError
        Names the first one, and what it was.
    """
    for name in names:
        value = getattr(config, name)
        if not 0 < value < float("inf"):  # refuses NaN too
            raise ValueError(f"{name} must be positive and finite, got {value}")
