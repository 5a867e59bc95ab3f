"""How fast the product is, as ratios to what the same machine could do at best; `make bench` prints them."""
