"""Journeys through the real pages, in a real browser, from the import of a register to the PDF of a note."""
