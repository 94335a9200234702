"""Changes of the rules, from the first draft to deployment: saved, checked, approved by another, put back."""
