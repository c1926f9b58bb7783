"""Everything a person can do, declared as data."""
