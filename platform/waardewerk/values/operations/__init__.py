"""The verbs of the value framework, one module per subject."""
