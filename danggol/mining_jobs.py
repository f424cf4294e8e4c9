"""What is mined every night; the jobs of a night do not wait for one another."""

from collections.abc import Mapping

# each job, and the model it trains, with the marts that show its results
MINING_JOBS: dict[str, tuple[str, ...]] = {
    "segments": ("customer_segments", "customer_segment_changes"),
    "lifetime_values": ("customer_lifetime_values",),
    "churn": ("churn_predictions",),
    "cross_sell": ("cross_sell_rules", "cross_sell_rule_items"),
    "next_best_products": ("next_best_products", "repurchase_dues"),
}
MINED_MARTS = tuple(mart for marts in MINING_JOBS.values() for mart in marts)
# marts that take a night in when another does, and are held with it
FOLLOWING: Mapping[str, str] = {"customer_segment_periods": "customer_segments"}
# every mart that is built after the jobs
AFTER_MINING = (
    *(*MINED_MARTS, *FOLLOWING),
    *("customer_360", "model_evaluations", "question_catalogue"),
)


def with_following(held: Mapping[str, str]) -> dict[str, str]:
    """Marts that are held, each with its reason, and those held with them."""
    return {
        **held,
        **{mart: held[led] for mart, led in FOLLOWING.items() if led in held},
    }
