"""The composer: seeded pieces in ten genres; a small chip and FluidSynth to play them."""
