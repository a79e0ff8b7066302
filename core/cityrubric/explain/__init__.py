"""Why a result is what it is, why not another, and what would change it: for one city, on demand."""
