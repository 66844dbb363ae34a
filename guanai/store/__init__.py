"""The records on disk and in git."""
