"""What people do with records that are due, held, asked for or disposed of (SHR-4)."""
