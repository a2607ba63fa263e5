"""What moves while a stream plays: cheap to paint, fed by snapshots."""
