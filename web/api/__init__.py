"""The API under /api/v1, a file for each noun; every module here with a `router` is found and added."""
