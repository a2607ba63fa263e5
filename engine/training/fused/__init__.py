"""The causal layers' training step as one compiled piece, for processors with AVX-512 BF16."""
