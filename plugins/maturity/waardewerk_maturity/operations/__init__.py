"""The verbs: open a scan, invite and remind people, want a level, plan an action, compare."""
