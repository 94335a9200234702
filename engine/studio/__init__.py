"""How process owners change the rules: what is deployed as files, and what differs between two versions."""

from engine.studio.comparing.changes import Change, Detail
from engine.studio.comparing.compare import changes
from engine.studio.deployed import FileChange, deployed_files, file_changes

__all__ = ["Change", "Detail", "FileChange", "changes", "deployed_files", "file_changes"]
