"""The first page, the dashboard, and the pages every public site owes its readers."""
