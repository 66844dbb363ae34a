"""The pages, one module a group; each declares its doors in ``DOORS``."""
