"""What the studio needs from the machine, and what the machine lacks."""
