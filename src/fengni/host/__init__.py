"""The one box: state directory, database cluster, supervisor, health. Runs processes; knows no client and no act."""
