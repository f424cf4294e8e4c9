"""Who the people are: names, numbers, addresses, and how they are misspelt."""
