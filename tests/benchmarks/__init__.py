"""Speed, held by benchmarks: peers in turn in one run, equal results checked."""
