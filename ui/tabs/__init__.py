"""One module for each tab; tabs do not know each other."""
