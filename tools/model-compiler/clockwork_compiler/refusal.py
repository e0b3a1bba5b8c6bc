"""What a caller must change before a model can be compiled."""


class Refusal(Exception):
    """Shown as it is, without a stack trace: it names the place, the value, and what would help."""
