"""`make bench`: the table of speeds."""
