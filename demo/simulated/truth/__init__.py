"""What is true of a customer and nobody wrote down: the future, computed."""
