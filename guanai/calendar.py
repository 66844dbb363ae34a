"""School days and terms."""
