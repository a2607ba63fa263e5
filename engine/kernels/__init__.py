"""Engines that step a WaveNet: the torch reference and the compiled CPU kernel, behind one protocol."""
