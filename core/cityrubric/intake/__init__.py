"""Files in, a checked `City` out, every fault at once."""
