"""Records as frozen dataclasses, one file per kind; nothing else in the code knows a Chinese key."""
