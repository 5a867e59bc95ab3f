"""Pages: each calls one service or selector and shows the answer."""
