"""What a process is: its folder read, its diagram checked, its definition kept, its verdict and its guide."""
