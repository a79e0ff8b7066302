"""Rule cases run together: what differs, what no case ever reaches, and what could change without a case noticing."""
