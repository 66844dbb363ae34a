"""Records as frozen dataclasses, one file per kind: what rules and papers read as objects.

Only what they read is here. `guanai.rules.rows`, the checks, the sheets and the forms work on the mapping, by its keys.
"""
