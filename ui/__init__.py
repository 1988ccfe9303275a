"""The top floor: what a person touches, the window and the command line."""
