"""The page that an editor opens before publishing, and the same by HTTP for the systems of a newsroom."""
