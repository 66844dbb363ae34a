"""What follows from the records for one person on a day: duties, signs, figures, and what reminds of them."""
