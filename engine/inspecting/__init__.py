"""What those who keep the system running see of its machinery: lists, figures, the past; never anybody's answers."""
