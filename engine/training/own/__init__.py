"""Training on one's own sounds: a model that we ship learns one tag or voice more, and keeps the others."""
