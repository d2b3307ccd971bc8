"""The API under /api/v1, a file for each noun; every module here with a `router` (or plain `routes`) is found."""
