"""What git may take in: commits of a work tree, pushes to a shared repository, and the hooks that ask."""
