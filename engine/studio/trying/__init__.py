"""Rules tried before they count: trials, scenarios and what they reach, cases that ended played again."""
