"""The verbs: bring in and remove open data, keep what a count found."""
