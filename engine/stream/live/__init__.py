"""Steady playing in one compiled loop that needs no Python: generation, the stages, the output's ring."""
