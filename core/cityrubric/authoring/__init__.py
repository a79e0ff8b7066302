"""For people who write rules: cases that are data, and what they say when run."""
