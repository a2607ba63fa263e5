"""The window's panels: plain data in through setters, wishes out through signals; none imports another."""
