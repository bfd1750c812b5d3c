"""Applications, claims and removals of accreditation."""
