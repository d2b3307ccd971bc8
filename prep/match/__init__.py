"""Records that belong together without a key in common: by rules that are said, or by weights that are learned."""
