"""What is done to the sound on its way out, and what is seen of it."""
