"""The command line: everything that can be done to data without a window. Knows no Qt."""
