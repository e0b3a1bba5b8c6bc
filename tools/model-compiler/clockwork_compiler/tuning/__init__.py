"""Finds the best tile for every shape on a device: `prepare` here, `measure` there, `merge` here again."""
