"""The pure pipeline, what the workspaces share, and a folder for each of them. No Qt."""
