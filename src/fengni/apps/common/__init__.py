"""What every area stands on: tenancy, identifiers, the database backend, the client of the key process."""
