"""Invents a whole school of any size, the same one for the same wishes; everybody in it is made up."""

from guanai.demo.invent import invent

__all__ = ["invent"]
