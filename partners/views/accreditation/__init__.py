"""The pages of accreditation."""
