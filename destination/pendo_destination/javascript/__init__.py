"""JavaScript's values (`values`), JSON text (`json`) and UTF-16 strings (`utf16`) in Python."""
