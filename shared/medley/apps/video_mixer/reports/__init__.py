"""Reports: how the videos of a generation run and how unlike each other they are, told from their recipes."""
