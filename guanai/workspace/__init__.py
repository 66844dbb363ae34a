"""A school's workspace: the use cases, composed of the parts below; no part ever receives the façade.

Nothing is imported here: a shell takes `facade.Workspace`, and `guanai check` only what it needs.
"""
