"""REST: assembles what each area offers in its api.py; OpenAPI 3.1; tokens or the console's session."""
