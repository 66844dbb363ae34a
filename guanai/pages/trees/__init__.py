"""Trees of pages: for each audience all pages that it may see, as Markdown, made from redacted records alone. Pure."""

from guanai.pages.trees.addresses import Addresses
from guanai.pages.trees.page import Page
from guanai.pages.trees.tree import Tree, tree_of
from guanai.pages.trees.view import Records, View, roll_of

__all__ = ["Addresses", "Page", "Records", "Tree", "View", "roll_of", "tree_of"]
