"""Development events and who came."""
