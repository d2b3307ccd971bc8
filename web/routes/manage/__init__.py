"""The manager's pages, one file a page: each answers one question and each POST is one service call."""
