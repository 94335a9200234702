"""Site visits: who is to be visited and why, which two people go, what they found."""
