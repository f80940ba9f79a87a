"""Documents as passages to scan: text, delimited text, Word, Excel, mail; nothing is unpacked to disk."""
