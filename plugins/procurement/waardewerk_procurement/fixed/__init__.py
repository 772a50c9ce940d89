"""What was fixed: how it is written down, laid side by side and told."""
