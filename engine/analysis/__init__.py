"""What the layers do: what each contributes, which frequencies it lets through, how far back it looks."""
