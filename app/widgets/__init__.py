"""Small widgets that panels are made of; they know nothing of the engine."""
