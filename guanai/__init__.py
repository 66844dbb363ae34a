"""guanai (关爱): one file a child, every paper from it."""

__version__ = "0.1.0"
