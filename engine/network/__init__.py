"""The same network in torch, for training."""
