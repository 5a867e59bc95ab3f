"""What people do to sign in and to look after how they sign in."""
