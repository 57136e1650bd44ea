"""Reports of inspections: text for a terminal, a page, and the pages of the causes."""
