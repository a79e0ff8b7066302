"""Cities and a rule set -> results: columnar from the first step, one path for one city and for a hundred thousand."""
