"""One form per screen."""
