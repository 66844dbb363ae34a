"""Erasing children for good: what is looked through, who may, and the proof that nothing is left."""
