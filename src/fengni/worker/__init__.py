"""Due work: jobs and periodic duties (`python -m fengni.worker`), and the ledger's sealer (`python -m fengni.worker.sealer`)."""
