"""A corpus on disk: read, written, packed for the road."""
