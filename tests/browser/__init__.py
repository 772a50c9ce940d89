"""What people see: the pages in a real browser, before a real server, with real mail."""
