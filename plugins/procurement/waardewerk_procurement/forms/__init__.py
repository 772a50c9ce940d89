"""Forms, one per screen."""
