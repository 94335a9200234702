"""Our task specs: SpiffWorkflow's classes with the dialect's behaviour. A spec is never changed at run time."""
