"""The verbs: place and hand over, found bodies, tell of leaving, ask and answer."""
