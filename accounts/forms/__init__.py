"""The forms of signing in, of people's accounts and of local policy."""
