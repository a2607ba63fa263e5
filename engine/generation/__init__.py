"""One stream: state, samples drawn one after another, several streams at once."""
