"""English text as it is said: from letters, numbers and markup to phones."""
