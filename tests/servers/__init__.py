"""Real programs on loopback, for tests: started, asked, ended by process id."""
