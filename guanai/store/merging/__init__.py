"""The parts of merging by meaning; the door is `guanai.store.merge`."""
