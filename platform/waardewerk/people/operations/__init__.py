"""The verbs about people: bring in, sign in and out, give roles, let go, erase."""
