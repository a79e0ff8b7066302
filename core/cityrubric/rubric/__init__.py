"""Rule sets: what they are made of, and how they are read and checked."""
