"""WaveNet Studio's engine: model, kernels, stream, corpora, training. Knows no Qt."""
