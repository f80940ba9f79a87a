"""Stand-ins: random tokens by space, workbooks of tokens, and whose an exported list is."""
