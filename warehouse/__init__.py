"""The warehouse: the only Python that speaks SQL to it."""

from warehouse.connection import ROLES, Warehouse

__all__ = ["ROLES", "Warehouse"]
