"""More than one rule set or more than one time: proving, comparing, carrying over."""
