"""Notes about values in practice: the smallest plugin that answers all twelve hooks."""
