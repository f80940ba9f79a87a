"""Due work: jobs and periodic duties (`python -m fengni.worker`), and the ledger's sealer (`fengni.worker.sealer`)."""
