"""Models made by other programs, brought into our own model file."""
