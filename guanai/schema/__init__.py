"""The schemas: what a record may hold, who may see it, and what is wrong with one."""

from guanai.schema.fields import Field, IdRule, Value
from guanai.schema.library import Schemas, load_schemas
from guanai.schema.renewal import renewed
from guanai.schema.taxonomies import load_taxonomies

__all__ = ["Field", "IdRule", "Schemas", "Value", "load_schemas", "load_taxonomies", "renewed"]
