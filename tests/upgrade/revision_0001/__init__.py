"""Two databases as the release before revision 0002 left them, and the program that made them there."""
