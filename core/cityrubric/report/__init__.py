"""An assessment -> documents; nothing here computes a verdict."""
