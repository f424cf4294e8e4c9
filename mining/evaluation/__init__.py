"""How good a model is: measures that all models share."""
