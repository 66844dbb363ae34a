"""What happens to a child in a term, told as teachers write it down."""
