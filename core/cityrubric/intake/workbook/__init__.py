"""The workbook that asks for facts once: generated from rule set and catalogues, filled in by hand, read back."""
