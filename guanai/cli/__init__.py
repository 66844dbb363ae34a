"""The command line: one file a command; errors become sentences and exit codes here, once."""
