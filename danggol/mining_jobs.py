"""What is mined every night; the jobs of a night do not wait for one another."""

# each job, and the model it trains, with the marts that show its results
MINING_JOBS: dict[str, tuple[str, ...]] = {
    "segments": ("customer_segments",),
    "lifetime_values": ("customer_lifetime_values",),
    "churn": ("churn_predictions",),
    "cross_sell": ("cross_sell_rules", "cross_sell_rule_items"),
    "next_best_products": ("next_best_products", "repurchase_dues"),
}
MINED_MARTS = tuple(mart for marts in MINING_JOBS.values() for mart in marts)
