"""IMAGE: the one file that crosses from the compile side to the serve side."""
