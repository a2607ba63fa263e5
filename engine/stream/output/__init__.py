"""From generated sound to the sound card: chain, ring, device."""
