"""Speech as the phones that are heard in it (section 3.4 of the paper), in NumPy."""
