"""What of scoring stays with a merged record: scores are worked out again from the events, which move."""

from iom.kernel.merging import stays

stays("scoring.CurrentScore", "Worked out again for both records.")
stays("scoring.ScoreHistory", "What was published of a record stays as it was published.")
stays("scoring.ComparedScore", "What two versions said of a record on the day they were compared.")
