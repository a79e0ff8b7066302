"""An assessment as a page: one file that needs no network and no other file."""
