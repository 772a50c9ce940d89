"""The shipped criteria, one file per principle, and lists of criteria as sheets and files."""
