"""The documents: records as one person may see them, and a date, become papers. Pure."""
