"""Guards that hold the house in its shape."""
