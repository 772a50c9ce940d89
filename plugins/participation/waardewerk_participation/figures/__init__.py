"""What groups share and where they differ, from counts per group. Pure: no database, no chance."""
