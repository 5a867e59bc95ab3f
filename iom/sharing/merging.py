"""What of sharing stays with a merged record."""

from iom.kernel.merging import stays

stays("sharing.SharingReview", "It reviews the shares of one record, which stay with it.")
stays("sharing.SharingReviewLine", "It reviews the shares of one record, which stay with it.")
