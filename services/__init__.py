"""The middle floor: everything the application can do, without Qt and without a terminal."""
