"""Where an administrator switches plugins, fills in settings and looks after people."""
