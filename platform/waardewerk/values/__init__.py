"""The value framework: what a province stands for, its accents, and what practice says of it."""
