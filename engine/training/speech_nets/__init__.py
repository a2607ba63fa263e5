"""Training of the nets that turn phones into speech features."""
