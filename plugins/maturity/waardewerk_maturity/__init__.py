"""The data-ethics maturity scan, a Waardewerk plugin."""
