"""Documents on paper: fonts, the official page grid, drawing, PDF/A and one module per kind."""
