"""What a rule set allows and hardly anybody means: bands out of order, rules that cannot hold, facts nobody uses."""
