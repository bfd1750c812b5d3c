"""What stands behind the conditions of grant."""
