"""The pages of checks and agreements."""
