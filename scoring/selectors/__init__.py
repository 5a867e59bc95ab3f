"""What pages, API and reports read of scores: always limited to what the actor may see."""
