"""What people do with sharing, one function each; safe from any door."""
