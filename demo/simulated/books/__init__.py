"""What the company writes down of what happens, and its own accounts."""
