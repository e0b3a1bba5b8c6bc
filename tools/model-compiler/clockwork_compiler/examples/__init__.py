"""Models that are made here, because nobody publishes them small enough or at all."""
