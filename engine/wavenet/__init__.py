"""What a model is and says, in NumPy alone: its shape, its file, its codes, its distributions."""
