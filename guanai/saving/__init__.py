"""Saving: who may, merged by meaning, checked, committed."""
