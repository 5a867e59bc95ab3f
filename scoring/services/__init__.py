"""What people and the night do with scores."""
