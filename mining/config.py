"""Settings of the mining jobs. Defaults are what production runs."""

from dataclasses import dataclass
from typing import Literal, get_args

from mining.positive import check_positive

GradeMeasure = Literal["margin_when_known", "amount"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentsConfig:
    """How customers are scored, graded and placed in their life with the company.

    Parameters
    ----------
    window_days : int
        Days of the RFM window, which ends with the business date and includes it.
    grade_percents : tuple of int
        Share of the contribution that grades A, B and C bring, in percent; D is
        the rest.
    grade_measure : {"margin_when_known", "amount"}
        What a customer contributes. ``margin_when_known`` takes the margin on the
        nights where every customer's is known, else the amount: the two are never
        ranked against each other.
    shortest_rhythm_days : float
        Nobody is expected more often than this, however often they come.
    default_rhythm_days : float
        Gap between two purchases of a company where nobody has bought twice yet.
    typical_gap_weight : float
        How many of a customer's own gaps the company's typical gap weighs.
    at_risk_after_rhythms, dormant_after_rhythms : float
        Silence, in the customer's own rhythms, after which the stage begins.
    new_days, new_purchase_days : int
        A customer is new for so many days, and up to so many purchase days.
    loyal_tenure_days, loyal_purchase_days : int
        A loyal customer has bought over at least so many days, so many times.

    Raises
    ------
    ValueError
        If a value makes no sense; names it and what was wanted.
    """

    window_days: int = 365

    grade_percents: tuple[int, int, int] = (50, 30, 15)
    grade_measure: GradeMeasure = "margin_when_known"

    shortest_rhythm_days: float = 7.0
    default_rhythm_days: float = 30.0
    typical_gap_weight: float = 1.0
    # Were purchases random at one's rhythm, 14 % of active customers would be
    # silent for two rhythms at a time, and 2 % for four.
    at_risk_after_rhythms: float = 2.0
    dormant_after_rhythms: float = 4.0
    new_days: int = 90
    new_purchase_days: int = 2
    loyal_tenure_days: int = 180
    loyal_purchase_days: int = 6

    def __post_init__(self) -> None:
        check_positive(
            self,
            "window_days",
            "shortest_rhythm_days",
            "default_rhythm_days",
            "typical_gap_weight",
            "at_risk_after_rhythms",
            "new_days",
            "new_purchase_days",
            "loyal_tenure_days",
        )
        if not self.at_risk_after_rhythms < self.dormant_after_rhythms < float("inf"):
            raise ValueError(
                "dormant_after_rhythms must be finite and more than "
                f"at_risk_after_rhythms ({self.at_risk_after_rhythms}), "
                f"got {self.dormant_after_rhythms}"
            )
        if self.loyal_purchase_days <= self.new_purchase_days:
            raise ValueError(
                "loyal_purchase_days must be more than new_purchase_days "
                f"({self.new_purchase_days}), got {self.loyal_purchase_days}"
            )
        self._check_grades()

    def _check_grades(self) -> None:
        percents = self.grade_percents
        whole = all(isinstance(each, int) and each > 0 for each in percents)
        if len(percents) != 3 or not whole or sum(percents) >= 100:
            raise ValueError(
                "grade_percents must be three positive whole percentages, of A, B "
                f"and C, that leave something to D; got {percents}"
            )
        if self.grade_measure not in get_args(GradeMeasure):
            raise ValueError(
                f"grade_measure must be one of {get_args(GradeMeasure)}, "
                f"got {self.grade_measure!r}"
            )
