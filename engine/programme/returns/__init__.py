"""Returns: a reviewer opens named fields of an application, the enterprise answers with a new version."""
