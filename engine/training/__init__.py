"""Training on a corpus: crops, the Lightning task, runs, held-out figures. The only part that needs torch."""
