"""What differs between two versions of a rule: elements, cells, fields, and what that means for running cases."""
