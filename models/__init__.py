"""The lowest floor: tables, the journal and the file."""
