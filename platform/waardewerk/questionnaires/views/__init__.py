"""Pages: those of the respondent, and those of the chair."""
