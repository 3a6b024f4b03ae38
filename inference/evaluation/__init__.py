"""What a bundle is worth, measured through the path the product runs."""
