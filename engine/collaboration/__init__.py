"""What colleagues say and ask around a task: comments, phrases, reminders, copies, countersignatures, who looks.

Nothing here is the formal opinion, which is the submission alone, and nothing of it reaches an enterprise or an expert.
"""
