"""The demonstration: an invented authority for each preset, with people, schools and notes in every state."""
