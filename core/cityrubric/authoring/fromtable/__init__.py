"""An official table in Word or Excel -> a draft of a rule set; no rule of it counts before a person writes it."""
