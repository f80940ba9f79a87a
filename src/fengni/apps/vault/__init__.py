"""The sealed store: destruction units, sealed records, blind indexes, masking, disclosure."""
