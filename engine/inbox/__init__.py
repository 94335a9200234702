"""What an inbox finds tasks by: the face of each case, its search words, and who follows it."""
