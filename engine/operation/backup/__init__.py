"""Backup and restore: the database by its own means, attachments by their hashes, a manifest over both.

`taking.take` writes a backup into a folder (attachments that the former backup has are hard links) or as one tar
file; `restoring.restore` fills an empty installation from it. Nothing is encrypted here: whoever keeps the backups
chooses how, and a tar file goes through any program (`luzhi backup - | age …`).
"""
