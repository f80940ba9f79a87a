"""The `fengni` command: one file per group of commands, loaded only when called."""
