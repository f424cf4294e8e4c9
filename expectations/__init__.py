"""Gates between the stages of a night: Great Expectations lives here only."""
