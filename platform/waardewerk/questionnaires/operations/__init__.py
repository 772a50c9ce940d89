"""The verbs: publish a version, open an inquiry, answer alone, move on together, agree."""
