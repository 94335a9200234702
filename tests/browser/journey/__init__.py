"""The journey of one enterprise and of those who look on: its house, its people, and what each of them does."""
