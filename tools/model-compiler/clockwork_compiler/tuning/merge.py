"""Writes the best tiles that were measured into the committed table."""

from ..kernels import tiles

WORTH = 1.04  # a split sum that needs a launch of its own must save that much


def _cost(shape: str, entry: dict) -> float:
    alone = (
        shape.startswith("product")
        and not shape.endswith("normalized")
        and tiles.ProductTile(*entry["tile"]).splits > 1
    )
    return entry["microseconds"] * (WORTH if alone else 1)


def merge(result: dict) -> int:
    """Sizes that weren't measured keep the tile they had."""
    table = tiles.load()
    shapes = table.setdefault(result["architecture"], {})
    measured = 0
    for group in result["groups"]:
        if not group["right"]:
            continue
        best = min(group["right"], key=lambda entry: _cost(group["shape"], entry))
        shapes.setdefault(group["precision"], {}).setdefault(group["shape"], {})[str(group["rows"])] = best["tile"]
        measured += 1
    tiles.save(table)
    print(f"{measured} of {len(result['groups'])} sizes written to {tiles.TABLE}")
    for group in result["groups"]:
        for entry in group["wrong"]:
            size = f"{group['precision']} {group['shape']} {group['rows']}"
            print(f"WRONG, not taken: {size} tile {entry['tile']} apart {entry['apart']}")
    return 0
