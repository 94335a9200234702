"""All of Luzhi that runs without a browser: FEEL, DMN, BPMN on SpiffWorkflow, the store, the commands, the programme."""
