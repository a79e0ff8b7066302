"""Work on site: inspection points drawn from a register."""
