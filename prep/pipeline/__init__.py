"""Steps in order, cached by content, resumable, recorded; built in Python or read from a file. Knows no annotator."""
