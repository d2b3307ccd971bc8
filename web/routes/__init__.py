"""The pages, a file for each; every module here with a `router` is found and added."""
